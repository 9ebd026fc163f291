import Attribution
import Formats
import Simulation
import Stages
import Testing

/// What people have not agreed to is not known, and what events say of who is who is passed on once.
@Suite struct ConsentTests {
  private let robot = "\"userAgent\":\"Mozilla/5.0 (compatible; Googlebot/2.1)\""

  private func shop(_ otherwise: ConsentRules.Otherwise = .drop) throws -> Shop {
    try Shop { rules in
      let fields = ["Ads", "Analytics"].map {
        rules.fields.index(ofPointer: "/context/consent/\($0)")
      }
      rules.consent.given = try EventRule(ConsentRules.isGiven(in: fields))
      rules.consent.otherwise = otherwise
      rules.consent.erases = try EventRule(
        .field(FieldIndex(.event), [.equals([.text("Erase Me")])]))
    }
  }

  private func consent(_ ads: String, _ analytics: String) -> String {
    "\"context\":{\"consent\":{\"Ads\":\(ads),\"Analytics\":\(analytics)}}"
  }

  @Test(arguments: [
    ("true", true), ("1", true), ("\"yes\"", true), ("\"Granted\"", true), ("false", false),
    ("0", false), ("\"no\"", false), ("null", false), ("\"\"", false), ("[true]", false),
  ])
  func `a yes is a yes and anything else is none`(said: String, isYes: Bool) throws {
    var shop = try shop()
    shop.tell(0, "Order", "\"userId\":\"u\"", "\"order\":\"k\",\(consent("true", said))")
    shop.tell(1, "Order", "\"userId\":\"u\"", "\"order\":\"l\"")
    #expect(try shop.run().said().map(\.id) == (isYes ? ["purchase:k"] : []))
  }

  @Test func `without consent nothing is kept or linked`() throws {
    var shop = try shop()
    shop.tell(0, "page", "\"anonymousId\":\"d\"")
    shop.tell(1, "identify", "\"anonymousId\":\"d\",\"userId\":\"u\"")
    shop.tell(2, "alias", "\"previousId\":\"d\",\"userId\":\"u\"", consent("true", "false"))
    shop.tell(3, "Order", "\"anonymousId\":\"d\"", "\"order\":\"k\",\(consent("true", "true"))")
    let daemon = try shop.run()
    #expect(try daemon.said() == [Said("purchase:k", 1, "d", "new", path: 0)])
    #expect(daemon.log.journeys.joined().count == 1)
  }

  @Test func `an erasure needs no consent`() throws {
    var shop = try shop()
    shop.tell(0, "Order", "\"userId\":\"u\"", "\"order\":\"k\",\(consent("true", "true"))")
    shop.tell(1, "Erase Me", "\"userId\":\"u\"", consent("false", "false"))
    let daemon = try shop.run()
    #expect(daemon.log.committedConversions.last?.value == nil)
    #expect(daemon.log.committedConversions.count == 2)
  }

  private func counters(_ rules: RuleSet, _ events: [String]) throws -> IntakeCounters {
    var intake = try IntakeMachine(
      IntakeMachine.Settings(format: .segment, rules: rules, journeysPartitions: 1))
    var output = OutgoingRecords()
    for (offset, event) in events.enumerated() {
      TrafficRecord(value: Array(event.utf8), at: start).withInputRecord { record in
        intake.step(record, topic: "t", partition: 0, offset: Int64(offset), output: &output)
      }
    }
    return intake.counters
  }

  private func order(_ id: Int, _ consent: String) -> String {
    "{\"type\":\"track\",\"event\":\"Order\",\"messageId\":\"m\(id)\",\"userId\":\"u\","
      + "\"order\":\"k\",\"timestamp\":\"2026-03-02T00:00:00Z\",\(consent)}"
  }

  @Test func `what is left out is counted, and stripped to numbers if asked`() throws {
    let events = [
      order(0, consent("true", "false")), order(1, consent("false", "false")),
      order(2, consent("true", "true")),
    ]
    let dropped = try counters(try shop().rules, events)
    #expect(dropped.withoutConsent == 2)
    #expect(dropped.forwarded == 1)
    #expect(dropped.strippedConversions.isEmpty)
    let stripped = try counters(try shop(.strip).rules, events)
    #expect(stripped.withoutConsent == 2)
    #expect(stripped.strippedConversions == ["purchase": 2])
  }

  @Test func `a link is passed on once in five minutes, and never for a robot`() throws {
    var shop = try Shop { $0.screening.bots = true }
    let ids = "\"anonymousId\":\"d\",\"userId\":\"u\""
    for minute in [0, 1, 2, 4, 5, 6, 11] as [Int64] { shop.tell(minute, "Nothing", ids) }
    shop.tell(30, "Nothing", "\"anonymousId\":\"e\",\"userId\":\"u\"", "\"context\":{\(robot)}")
    let daemon = try shop.run()
    #expect(daemon.counters.links == 3)
  }
}
