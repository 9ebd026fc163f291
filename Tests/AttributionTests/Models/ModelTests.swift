import Testing

@testable import Attribution

/// Hand-checked answers of every model, in cents.
@Suite struct ModelTests {
  private func shares(
    _ model: any AttributionModel, _ path: Path, _ value: String
  ) throws -> [String] {
    let amount = try #require(Amount(decimal: value.utf8))
    return amount.shared(by: model.credits(for: path)).map(\.description)
  }

  private static let all: [any AttributionModel] = [
    FirstTouchModel(), LastTouchModel(), LastNonDirectTouchModel(), LinearModel(),
    TimeDecayModel(), TimeDecayModel(halfLife: .minutes(7)), PositionBasedModel(),
    PositionBasedModel(first: 200_000, last: 600_000), PositionBasedModel(first: 1, last: 0),
    PositionBasedModel(first: 333_333, last: 333_333),
    PositionBasedModel(first: 0, last: 1_000_000), PositionBasedModel.jShaped,
    PositionBasedModel.inverseJShaped, WShapedModel(leads: ["lead"]),
    WShapedModel(leads: ["lead"], first: 1, lead: 0, last: 0),
    CustomModel(by: .position, weights: [NamedWeight("first", 1 << 40)], other: 1),
    CustomModel(by: .channel, weights: [NamedWeight("Direct", 0)], other: 0),
    CustomModel(by: .touchpoint, weights: [NamedWeight("visit", 333_333)], other: 0),
    FunnelModel(steps: [NamedWeight("lead", 1), NamedWeight("trial", 2)]), DataDrivenModel(),
    DataDrivenModel(
      weights: .init(version: 3, channels: [NamedWeight("Direct", 0)], other: 250_000)),
  ]

  @Test func `one hundred and forty over three touchpoints`() throws {
    let path = Path.through("Direct", "Organic Search", "Direct")
    #expect(try shares(LinearModel(), path, "140.00") == ["46.67", "46.67", "46.66"])
    #expect(try shares(PositionBasedModel(), path, "140.00") == ["56.00", "28.00", "56.00"])
    #expect(try shares(FirstTouchModel(), path, "140.00") == ["140.00", "0.00", "0.00"])
    #expect(try shares(LastTouchModel(), path, "140.00") == ["0.00", "0.00", "140.00"])
    #expect(try shares(LastNonDirectTouchModel(), path, "140.00") == ["0.00", "140.00", "0.00"])
  }

  @Test func `sixty-six fifty over two touchpoints`() throws {
    let path = Path.through("Email", "Direct")
    #expect(try shares(PositionBasedModel(), path, "66.50") == ["33.25", "33.25"])
    #expect(try shares(LinearModel(), path, "66.50") == ["33.25", "33.25"])
    #expect(try shares(LastNonDirectTouchModel(), path, "66.50") == ["66.50", "0.00"])
  }

  @Test func `a single touchpoint gets everything from every model`() throws {
    for model in ModelTests.all {
      for value in ["140.00", "0.00", "-12.34", "0.01"] {
        #expect(try shares(model, .through("Direct"), value) == [value], "\(model.name)")
      }
    }
  }

  @Test func `where all is direct the last touchpoint gets everything`() throws {
    let path = Path.through("Direct", "Direct", "Direct")
    #expect(try shares(LastNonDirectTouchModel(), path, "9.99") == ["0.00", "0.00", "9.99"])
  }

  @Test func `the last that is not direct, wherever it is`() throws {
    #expect(
      try shares(LastNonDirectTouchModel(), .through("Email", "Social", "Direct", "Direct"), "1.00")
        == ["0.00", "1.00", "0.00", "0.00"])
  }

  @Test(
    arguments: [
      // J-shape, inverse J, all to the ends, all to the middle but for a bit.
      (200_000, 600_000, ["20.00", "10.00", "10.00", "60.00"], ["25.00", "75.00"]),
      (600_000, 200_000, ["60.00", "10.00", "10.00", "20.00"], ["75.00", "25.00"]),
      (500_000, 500_000, ["50.00", "0.00", "0.00", "50.00"], ["50.00", "50.00"]),
      (0, 1_000_000, ["0.00", "0.00", "0.00", "100.00"], ["0.00", "100.00"]),
      (100_000, 0, ["10.00", "45.00", "45.00", "0.00"], ["100.00", "0.00"]),
    ] as [(UInt64, UInt64, [String], [String])])
  func `position shares`(first: UInt64, last: UInt64, four: [String], two: [String]) throws {
    let model = PositionBasedModel(first: first, last: last)
    #expect(try shares(model, .letters("A B C D"), "100.00") == four)
    #expect(try shares(model, .letters("A B"), "100.00") == two)
  }

  @Test func `credit halves with every half-life`() throws {
    let path = Path(touchpoints: [.at(.days(0), "A"), .at(.days(7), "B"), .at(.days(14), "C")])
    #expect(try shares(TimeDecayModel(), path, "70.00") == ["10.00", "20.00", "40.00"])
    let credits = TimeDecayModel().credits(for: path)
    #expect(credits.weights == [1 << 38, 1 << 39, 1 << 40])
    #expect((0..<3).map(credits.millionths) == [142_857, 285_714, 571_429])
  }

  @Test func `touchpoints of one moment share time decay evenly`() throws {
    let path = Path(touchpoints: [.at(.days(1), "A"), .at(.days(1), "B")])
    #expect(try shares(TimeDecayModel(), path, "1.00") == ["0.50", "0.50"])
  }

  @Test func `years before the conversion nothing overflows and little is left`() throws {
    let path = Path(touchpoints: [.at(.zero, "A"), .at(.days(3_650), "B")])
    #expect(try shares(TimeDecayModel(halfLife: .seconds(1)), path, "1.00") == ["0.00", "1.00"])
    // However long ago both are: ages count from the last touchpoint.
    #expect(TimeDecayModel(halfLife: .seconds(1)).credits(for: .letters("A")).sumsToOne)
  }

  @Test func `no value still gives credit, and a refund is shared like a sale`() throws {
    let path = Path.letters("A B C")
    #expect(try shares(LinearModel(), path, "0.00") == ["0.00", "0.00", "0.00"])
    #expect(try shares(LinearModel(), path, "-140.00") == ["-46.67", "-46.67", "-46.66"])
    #expect(try shares(PositionBasedModel(), path, "-0.01") == ["-0.01", "0.00", "0.00"])
  }

  @Test(arguments: 1...60)
  func `credits sum to one and shares to the value`(count: Int) throws {
    let path = Path(
      touchpoints: (0..<count).map { index in
        .at(.minutes(Int64(index * index * 97)), index % 3 == 0 ? "Direct" : "C\(index)")
      })
    let values = [
      "0", "0.01", "0.07", "1", "9.99", "140.00", "-66.5", "1234567.891", "92233720368547758.07",
    ]
    for model in ModelTests.all {
      var path = path
      path.milestones = [
        .init(conversion: "lead", touchpoint: count / 2),
        .init(conversion: "trial", touchpoint: count - 1),
      ]
      let credits = model.credits(for: path)
      #expect(credits.sumsToOne, "\(model.name)")
      #expect(credits.weights.count == count)
      for value in values {
        let amount = try #require(Amount(decimal: value.utf8))
        let parts = amount.shared(by: credits)
        #expect(parts.map(\.units).reduce(0, +) == amount.units, "\(model.name) \(value)")
        #expect(parts.allSatisfy { $0.scale == amount.scale })
      }
      let shown = (0..<count).map(credits.millionths).reduce(0, +)
      #expect(abs(shown - 1_000_000) <= Int64(count), "\(model.name)")
    }
  }

  @Test func `parameters are reported as they are configured`() {
    #expect(TimeDecayModel().parameters == [ModelParameter("half_life", .span(.days(7)))])
    #expect(
      PositionBasedModel().parameters == [
        ModelParameter("first", .millionths(400_000)), ModelParameter("last", .millionths(400_000)),
      ])
    #expect(LinearModel().parameters.isEmpty)
  }
}
