import Testing

@testable import Attribution

/// Hand-checked answers of the models that are told something about the path, in cents.
@Suite struct ShapedModelTests {
  private func shares(
    _ model: any AttributionModel, _ path: Path, _ value: String
  ) throws -> [String] {
    let amount = try #require(Amount(decimal: value.utf8))
    return amount.shared(by: model.credits(for: path)).map(\.description)
  }

  /// A path through `letters` on which the touchpoint at each index led to the conversion.
  private func path(_ letters: String, _ milestones: KeyValuePairs<String, Int> = [:]) -> Path {
    var path = Path.letters(letters)
    path.milestones = milestones.map { .init(conversion: $0.key, touchpoint: $0.value) }
    return path
  }

  @Test func `the named shapes are position shares`() throws {
    let four = Path.letters("A B C D")
    #expect(
      try shares(PositionBasedModel.jShaped, four, "100.00") == [
        "20.00", "10.00", "10.00", "60.00",
      ])
    #expect(
      try shares(PositionBasedModel.inverseJShaped, four, "100.00") == [
        "60.00", "10.00", "10.00", "20.00",
      ])
    #expect(
      try shares(PositionBasedModel.jShaped, .letters("A B"), "66.50") == ["16.63", "49.87"])
    #expect(PositionBasedModel.jShaped.name == "j_shaped")
    #expect(PositionBasedModel.inverseJShaped.name == "inverse_j_shaped")
  }

  @Test(
    arguments: [
      // 0.3 each, 0.1 over the rest.
      ("A B C D E", 2, "100.00", ["30.00", "5.00", "30.00", "5.00", "30.00"]),
      ("A B C D", 1, "100.00", ["30.00", "30.00", "10.00", "30.00"]),
      // Without others, their share is left out.
      ("A B C", 1, "90.00", ["30.00", "30.00", "30.00"]),
      ("A B C", 1, "140.00", ["46.67", "46.67", "46.66"]),
      // One touchpoint that is two of them gets both shares.
      ("A B C", 0, "100.00", ["60.00", "10.00", "30.00"]),
      ("A B C", 2, "100.00", ["30.00", "10.00", "60.00"]),
      ("A B", 0, "90.00", ["60.00", "30.00"]), ("A B", 1, "90.00", ["30.00", "60.00"]),
      ("A", 0, "9.99", ["9.99"]),
      // Without a lead, its share is left out: 3 : 1 : 3.
      ("A B C", nil, "70.00", ["30.00", "10.00", "30.00"]),
      ("A B", nil, "66.51", ["33.26", "33.25"]), ("A", nil, "1.00", ["1.00"]),
      ("A B C D", 1, "0.00", ["0.00", "0.00", "0.00", "0.00"]),
      ("A B C D", 1, "-100.00", ["-30.00", "-30.00", "-10.00", "-30.00"]),
    ] as [(String, Int?, String, [String])])
  func `the first, the lead's and the last stand out`(
    letters: String, lead: Int?, value: String, expected: [String]
  ) throws {
    let model = WShapedModel(leads: ["lead"])
    let led = lead.map { path(letters, ["lead": $0]) }
    #expect(try shares(model, led ?? path(letters, ["other": 1]), value) == expected)
  }

  @Test func `of several leads the first counts`() throws {
    let model = WShapedModel(leads: ["trial", "lead"])
    let led = path("A B C D", ["lead": 1, "trial": 2])
    #expect(try shares(model, led, "100.00") == ["30.00", "30.00", "10.00", "30.00"])
    #expect(model.milestones == ["trial", "lead"])
  }

  @Test func `participation gives everything to everybody`() throws {
    let model = ParticipationModel()
    #expect(try shares(model, .letters("A B C"), "140.00") == ["140.00", "140.00", "140.00"])
    #expect(try shares(model, .letters("A"), "-0.01") == ["-0.01"])
    #expect(try shares(model, .letters("A B"), "0.00") == ["0.00", "0.00"])
    #expect(!model.credits(for: .letters("A B")).sumsToOne)
    #expect(model.credits(for: .letters("A")).sumsToOne)
  }

  private func custom(
    _ basis: CustomModel.Basis, _ weights: KeyValuePairs<String, UInt64>, other: UInt64 = 1
  ) -> CustomModel {
    CustomModel(
      by: basis, weights: weights.map { NamedWeight($0.key, $0.value * 1_000_000) },
      other: other * 1_000_000)
  }

  @Test(
    arguments: [
      (["first": 5, "last": 3], 1, "A B C D", ["50.00", "10.00", "10.00", "30.00"]),
      (["first": 5, "last": 3], 0, "A B C D", ["62.50", "0.00", "0.00", "37.50"]),
      (["1": 1, "2": 2, "-1": 1], 0, "A B C D", ["25.00", "50.00", "0.00", "25.00"]),
      // The nearer end counts; from the start where both are as near.
      (["2": 1, "-2": 3], 0, "A B C", ["0.00", "100.00", "0.00"]),
      (["1": 1, "-2": 9, "2": 9, "-1": 1], 0, "A B", ["50.00", "50.00"]),
      (["first": 1, "last": 0], 0, "A", ["100.00"]),
      // Nobody has any weight.
      (["first": 0, "last": 0], 0, "A B", ["50.00", "50.00"]),
      (["7": 1], 0, "A B", ["50.00", "50.00"]),
    ] as [(KeyValuePairs<String, UInt64>, UInt64, String, [String])])
  func `weights by position`(
    weights: KeyValuePairs<String, UInt64>, other: UInt64, letters: String, expected: [String]
  ) throws {
    let model = custom(.position, weights, other: other)
    #expect(try shares(model, .letters(letters), "100.00") == expected)
  }

  @Test func `weights by channel and by touchpoint rule`() throws {
    let byChannel = custom(.channel, ["email": 3, "Direct": 0])
    let path = Path.through("Email", "Direct", "Paid Search")
    #expect(try shares(byChannel, path, "100.00") == ["75.00", "0.00", "25.00"])
    #expect(try shares(byChannel, .letters("Direct Direct"), "1.00") == ["0.50", "0.50"])
    let byRule = custom(.touchpoint, ["visit": 2], other: 0)
    #expect(try shares(byRule, .letters("A B"), "0.01") == ["0.01", "0.00"])
  }

  @Test(arguments: ["0", "x", "", "10001", "1.5", "First"])
  func `what is no position`(name: String) {
    #expect(CustomModel.position(named: name) == nil)
  }

  @Test func `a funnel credits who moved the person on`() throws {
    let model = FunnelModel(
      steps: [
        NamedWeight("signup", 1_000_000), NamedWeight("trial", 2_000_000),
        NamedWeight("purchase", 1_000_000),
      ])
    let all = path("A B C D", ["signup": 0, "trial": 2, "purchase": 3])
    #expect(try shares(model, all, "100.00") == ["25.00", "0.00", "50.00", "25.00"])
    // One touchpoint may have moved the person over several steps.
    let jump = path("A B", ["signup": 1, "trial": 1])
    #expect(try shares(model, jump, "100.00") == ["0.00", "100.00"])
    let skipped = path("A B C", ["trial": 0, "purchase": 2])
    #expect(try shares(model, skipped, "90.00") == ["60.00", "0.00", "30.00"])
    #expect(try shares(model, path("A B"), "1.00") == ["0.00", "1.00"])
    #expect(try shares(model, path("A"), "-1.00") == ["-1.00"])
  }

  @Test func `before there are weights everybody gets the same, and it says so`() throws {
    let model = DataDrivenModel()
    #expect(try shares(model, .letters("A B C"), "140.00") == ["46.67", "46.67", "46.66"])
    #expect(
      model.parameters == [
        ModelParameter("version", .number(0)), ModelParameter("answer", .text("linear")),
      ])
  }

  @Test func `learned weights have a version`() throws {
    let model = DataDrivenModel(
      weights: .init(
        version: 7, channels: [NamedWeight("A", 300_000), NamedWeight("B", 100_000)],
        other: 0))
    #expect(try shares(model, .letters("A B C"), "100.00") == ["75.00", "25.00", "0.00"])
    #expect(try shares(model, .letters("C C"), "1.00") == ["0.50", "0.50"])
    #expect(
      model.parameters == [
        ModelParameter("version", .number(7)), ModelParameter("method", .text("markov")),
        ModelParameter("order", .number(1)),
      ])
  }
}
