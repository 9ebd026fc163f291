import Attribution
import Simulation
import Testing

@Suite struct ReferenceCreditTests {
  /// A purchase after visits of the given channels on the given days before.
  private static func purchase(
    _ visits: [(letter: Character, daysBefore: Double)], _ revenue: String,
    currency: String = "USD", _ models: [AuditModel]
  ) throws -> ExpectedConversion {
    var records = visits.enumerated().map { index, visit in
      HandMade.letter(visit.letter, "t\(index + 10)", at: (14 - visit.daysBefore) * 1_440)
    }
    records.append(HandMade.order("z", at: 14 * 1_440, revenue, currency: currency))
    var settings = HandMade.letterSettings { $0.models = models }
    let channel = settings.channel
    settings.channel = { channel($0) == "D" ? "Direct" : channel($0) }
    let conversions = ReferenceAttribution(settings).expectation(of: records).conversions
    return try #require(conversions["purchase:z"])
  }

  private static let six: [AuditModel] = [
    .firstTouch, .lastTouch, .lastNonDirectTouch, .linear, .positionBased, .participation,
  ]

  @Test(
    arguments: [
      ("abc", "140.00", .linear, ["46.67", "46.67", "46.66"]),
      ("abc", "140.00", .positionBased, ["56.00", "28.00", "56.00"]),
      ("ab", "66.50", .positionBased, ["33.25", "33.25"]),
      ("ab", "66.51", .positionBased, ["33.26", "33.25"]),
      ("abc", "0.01", .linear, ["0.01", "0.00", "0.00"]),
      ("abc", "0.02", .linear, ["0.01", "0.01", "0.00"]),
      ("abc", "-140.00", .linear, ["-46.67", "-46.67", "-46.66"]),
      ("abc", "0", .linear, ["0.00", "0.00", "0.00"]),
      ("abcd", "100", .positionBased, ["40.00", "10.00", "10.00", "40.00"]),
      ("abcde", "1.00", .positionBased, ["0.40", "0.07", "0.07", "0.06", "0.40"]),
      ("a", "9.99", .positionBased, ["9.99"]),
      ("abc", "10", .firstTouch, ["10.00", "0.00", "0.00"]),
      ("abc", "10", .lastTouch, ["0.00", "0.00", "10.00"]),
      ("abd", "10", .lastNonDirectTouch, ["0.00", "10.00", "0.00"]),
      ("dad", "10", .lastNonDirectTouch, ["0.00", "10.00", "0.00"]),
      ("d", "10", .lastNonDirectTouch, ["10.00"]),
      ("ab", "10", .participation, ["10.00", "10.00"]),
      ("abc", "\"10.005\"", .linear, ["3.335", "3.335", "3.335"]),
      (
        "abc", "100", .positionBased(first: Fraction(2, 10), last: Fraction(6, 10)),
        ["20.00", "20.00", "60.00"]
      ),
      ("abcd", "100", .jShaped, ["20.00", "10.00", "10.00", "60.00"]),
      ("abcd", "100", .inverseJShaped, ["60.00", "10.00", "10.00", "20.00"]),
      // No lead on the way: 3 : 1 : 3.
      ("abc", "70", .wShaped(leads: ["signup"]), ["30.00", "10.00", "30.00"]),
      ("abc", "100", .dataDriven, ["33.34", "33.33", "33.33"]),
      (
        "abcd", "100", .byPosition([1: Fraction(5), -1: Fraction(3)], other: .one),
        ["50.00", "10.00", "10.00", "30.00"]
      ),
      ("abd", "100", .byChannel(["B": Fraction(2)], other: .zero), ["0.00", "100.00", "0.00"]),
      ("ab", "1", .byTouchpoint(["none": .one], other: .zero), ["0.50", "0.50"]),
      // The purchase itself is a step; nobody signed up.
      ("ab", "9", .funnel(["purchase": .one, "signup": Fraction(4)]), ["0.00", "9.00"]),
      (
        "ab", "100", .positionBased(first: Fraction(2, 10), last: Fraction(6, 10)),
        ["25.00", "75.00"]
      ),
    ] as [(String, String, AuditModel, [String])])
  func `money is shared to the last minor unit`(
    letters: String, revenue: String, model: AuditModel, shares: [String]
  ) throws {
    let visits = letters.enumerated().map { ($1, Double(letters.count - $0)) }
    let purchase = try ReferenceCreditTests.purchase(visits, revenue, [model])
    #expect(purchase.touchpoints.map { $0.value[model.name] } == shares)
  }

  @Test(arguments: [
    ("JPY", "100", "100", ["34", "33", "33"]), ("KWD", "1", "1.000", ["0.334", "0.333", "0.333"]),
    ("XXX", "1", "1.00", ["0.34", "0.33", "0.33"]),
  ])
  func `a currency has its own minor unit`(
    currency: String, revenue: String, value: String, shares: [String]
  ) throws {
    let visits: [(Character, Double)] = [("a", 3), ("b", 2), ("c", 1)]
    let purchase = try ReferenceCreditTests.purchase(
      visits, revenue, currency: currency, [.linear])
    #expect(purchase.value == value)
    #expect(purchase.currency == currency)
    #expect(purchase.touchpoints.map { $0.value["linear"] } == shares)
  }

  @Test func `credit halves with every half-life`() throws {
    // 14, 7 and 0 days before, a half-life of 7: weights 1/4, 1/2, 1.
    let model = AuditModel.timeDecay(halfLife: .days(7))
    let purchase = try ReferenceCreditTests.purchase(
      [("a", 14), ("b", 7), ("c", 0)], "70", [model])
    #expect(
      purchase.touchpoints.map { $0.credit["time_decay"] } == [
        Fraction(1, 7), Fraction(2, 7), Fraction(4, 7),
      ])
    #expect(purchase.touchpoints.map { $0.value["time_decay"] } == ["10.00", "20.00", "40.00"])
    // Moving all three away from the conversion changes nothing.
    let earlier = try ReferenceCreditTests.purchase([("a", 14), ("b", 7)], "30", [model])
    #expect(earlier.touchpoints.map { $0.value["time_decay"] } == ["10.00", "20.00"])
  }

  @Test func `credit of a path sums to one, and values to the value`() throws {
    let models = ReferenceCreditTests.six.dropLast() + [.timeDecay(halfLife: .hours(11))]
    for count in 1...9 {
      for revenue in ["0.01", "0.05", "99.97", "1234567.89"] {
        let visits = (0..<count).map { (Character(["a", "b", "d"][$0 % 3]), Double(count - $0)) }
        let purchase = try ReferenceCreditTests.purchase(visits, revenue, Array(models))
        for model in models {
          let credits = purchase.touchpoints.compactMap { $0.credit[model.name] }
          #expect(credits.reduce(.zero, +) == .one)
          let values = purchase.touchpoints.compactMap { touchpoint in
            touchpoint.value[model.name].flatMap { Fraction($0) }
          }
          #expect(values.reduce(.zero, +) == Fraction(revenue))
        }
      }
    }
  }

  @Test func `a rule without a value has credits and no money`() throws {
    let settings = HandMade.letterSettings {
      $0.value = .none
      $0.currency = .none
      $0.models = [.linear]
    }
    let records = [HandMade.letter("a", "1", at: 0), HandMade.order("2", at: 1, "\"free\"")]
    let conversions = ReferenceAttribution(settings).expectation(of: records).conversions
    let purchase = try #require(conversions["purchase:2"])
    #expect(purchase.value == nil)
    #expect(purchase.touchpoints.map(\.credit) == [["linear": .one]])
    #expect(purchase.touchpoints.map(\.value) == [[:]])
  }

  @Test func `a fixed value is everybody's`() throws {
    let settings = HandMade.letterSettings {
      $0.value = .fixed("7.5")
      $0.currency = .fixed("EUR")
      $0.models = [.linear]
    }
    let records = [
      HandMade.letter("a", "1", at: 0), HandMade.letter("b", "2", at: 0),
      HandMade.order("3", at: 1, "1"),
    ]
    let conversions = ReferenceAttribution(settings).expectation(of: records).conversions
    let purchase = try #require(conversions["purchase:3"])
    #expect(purchase.value == "7.50")
    #expect(purchase.currency == "EUR")
    #expect(purchase.touchpoints.map { $0.value["linear"] } == ["3.75", "3.75"])
  }
}
