import Attribution
import Formats
import Simulation
import Stages
import Testing

/// Every record of an input leads to nothing, to one event for Journeys, or to a dead letter.
@Suite struct IntakeMachineTests {
  /// What one record led to.
  private struct Result {
    var events: [(partition: Int32, person: String, event: JourneyEvent)] = []
    var letters: [(key: [UInt8]?, value: [UInt8]?, headers: [String: String])] = []
  }

  private let received = EventTime(milliseconds: 1_772_409_600_000)

  private func shop() throws -> RuleSet {
    var generator = SeededGenerator(seed: 1)
    var rules = try RulePair.random(lateAccept: .days(3), shortestLookback: 4, &generator).rules
    // Without a rule about sessions, so that what no rule needs is left out.
    rules.touchpoints = rules.touchpoints.filter { !$0.when.dependsOnSession }
    let purchase = rules.conversions.firstIndex { $0.name == "purchase" } ?? 0
    rules.conversions[purchase].deduplicateBy = rules.fields.index(
      ofPointer: "/properties/order_id")
    return rules
  }

  private func machine(
    partitions: Int = 8, presumedNow: EventTime? = nil, _ change: (inout RuleSet) -> Void = { _ in }
  ) throws -> IntakeMachine {
    var rules = try shop()
    change(&rules)
    return try IntakeMachine(
      IntakeMachine.Settings(
        format: .segment, rules: rules, journeysPartitions: partitions, presumedNow: presumedNow))
  }

  private func step(
    _ machine: inout IntakeMachine, _ record: TrafficRecord, offset: Int64 = 7
  ) throws -> Result {
    var output = OutgoingRecords()
    record.withInputRecord { input in
      machine.step(input, topic: "web", partition: 3, offset: offset, output: &output)
    }
    var result = Result()
    var failure: (any Error)?
    output.forEach { outgoing, key, value in
      do {
        switch outgoing.destination {
        case .journeys:
          var event = JourneyEvent()
          try JourneyEventCodec.read(value ?? .init(start: nil, count: 0), into: &event)
          let person = String(decoding: key ?? .init(start: nil, count: 0), as: UTF8.self)
          result.events.append((outgoing.partition ?? -1, person, event))
        default:
          let headers = output.headers(of: outgoing).map { ($0.name, $0.value) }
          result.letters.append(
            (
              key.map { Array($0) }, value.map { Array($0) },
              Dictionary(uniqueKeysWithValues: headers)
            ))
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  private func order(
    revenue: String, currency: String = "EUR", id: String = "o-1", timestamp: String? = nil
  ) -> TrafficRecord {
    let time = timestamp.map { ",\"timestamp\":\"\($0)\"" } ?? ""
    let json = """
      {"type":"track","event":"Order Completed","messageId":"m-\(id)","userId":"u-1"\(time),
      "properties":{"order_id":"\(id)","revenue":\(revenue),"currency":"\(currency)"}}
      """
    return TrafficRecord(key: Array("k".utf8), value: Array(json.utf8), at: received)
  }

  @Test func `a conversion is forwarded with its value at the currency's minor unit`() throws {
    for (revenue, currency, value) in [
      ("140", "EUR", "140.00"), ("66.5", "eur", "66.50"), ("\"99.90\"", "USD", "99.90"),
      ("1200", "JPY", "1200"), ("1.5", "BHD", "1.500"), ("0", "EUR", "0.00"),
      ("-12.34", "EUR", "-12.34"), ("\"10.0000\"", "EUR", "10.00"), ("0.12345", "EUR", "0.12345"),
    ] {
      var machine = try machine()
      let result = try step(&machine, order(revenue: revenue, currency: currency))
      let report = try #require(result.events.first?.event.conversions.first)
      #expect(report.value?.description == value)
      #expect(report.currency == currency.uppercased())
      #expect(report.key == "o-1")
      #expect(result.events[0].person == "u-1")
    }
  }

  @Test(arguments: [
    "true", "{}", "[1]", "\"12 EUR\"", "\"\"", "1e300", "9223372036854775807", "\"1.0000000001\"",
  ])
  func `a value that is no amount of money is a dead letter`(revenue: String) throws {
    var machine = try machine()
    let record = order(revenue: revenue)
    let result = try step(&machine, record)
    #expect(result.events.isEmpty)
    let letter = try #require(result.letters.first)
    #expect(letter.value == record.value)
    #expect(letter.key == record.key)
    #expect(letter.headers["__afterclick.errors.topic"] == "web")
    #expect(letter.headers["__afterclick.errors.partition"] == "3")
    #expect(letter.headers["__afterclick.errors.offset"] == "7")
    #expect(letter.headers["__afterclick.errors.stage"] == "intake")
    #expect(letter.headers["__afterclick.errors.code"] == "invalid_value")
    #expect(machine.counters.rejected[.invalidValue] == 1)
    // The next good event is none the worse.
    #expect(try step(&machine, order(revenue: "5")).events.count == 1)
  }

  @Test func `the smallest integer is an amount of a currency without minor units`() throws {
    var machine = try machine()
    let result = try step(
      &machine, order(revenue: "-9223372036854775808", currency: "JPY"))
    let value = try #require(result.events.first?.event.conversions.first?.value)
    #expect(value.units == .min)
    #expect(value.shared(by: Credits(normalizing: [1])) == [value])
  }

  @Test func `the events of a batch go their own ways`() throws {
    var machine = try machine()
    func order(_ id: String, _ revenue: String) -> String {
      """
      {"type":"track","event":"Order Completed","messageId":"m-\(id)","userId":"u-\(id)",\
      "properties":{"order_id":"\(id)","revenue":\(revenue)}}
      """
    }
    let broken = order("2", #""twelve""#)
    let json = """
      {"batch":[\(order("1", "5")),\(broken),{"type":"track","event":"Scrolled","userId":"u"},\
      {"type":"pay"},\(order("3", "7"))]}
      """
    let record = TrafficRecord(key: Array("k".utf8), value: Array(json.utf8), at: received)
    let result = try step(&machine, record)
    #expect(result.events.map(\.person) == ["u-1", "u-3"])
    #expect(result.events.map(\.event.eventID) == [EventID("m-1"), EventID("m-3")])
    #expect(result.letters.map(\.value) == [Array(broken.utf8), Array(#"{"type":"pay"}"#.utf8)])
    #expect(
      result.letters.map { $0.headers["__afterclick.errors.message"] } == [
        "in /batch/1: the value of conversion purchase is not a decimal number",
        #"in /batch/3: /type is "pay""#,
      ])
    for letter in result.letters {
      #expect(letter.key == Array("k".utf8))
      #expect(letter.headers["__afterclick.errors.offset"] == "7")
    }
    let counters = machine.counters
    #expect(counters.rejected == [.invalidValue: 1, .unknownType: 1])
    #expect(counters.records == 1 && counters.events == 4)
    #expect(counters.forwarded == 2 && counters.unmatched == 1)
  }

  @Test func `a batch of nothing but garbage has a limited number of letters`() throws {
    var machine = try machine()
    let json = #"{"batch":[\#(String(repeating: "7,", count: 999))7]}"#
    let record = TrafficRecord(value: Array(json.utf8), at: received)
    let letters = try step(&machine, record).letters
    #expect(letters.count == IntakeMachine.lettersPerRecord + 1)
    #expect(letters.dropLast().allSatisfy { $0.value == [UInt8(ascii: "7")] })
    #expect(letters.last?.value == record.value)
    #expect(
      letters.last?.headers["__afterclick.errors.message"]
        == "900 more events are rejected, the first in /batch/100: the event is 7")
    #expect(machine.counters.rejected == [.notAnObject: 1_000])
  }

  @Test func `what no person caused is left out and counted`() throws {
    for (robots, prefetches, expected) in [
      (true, true, [1, 1, 1, 1]), (false, true, [2, 0, 1, 1]), (true, false, [2, 1, 0, 1]),
    ] {
      var machine = try machine { rules in
        rules.screening.bots = robots
        rules.screening.prefetches = prefetches
        let email = rules.fields.index(ofPointer: "/properties/email")
        do {
          rules.screening.when = try EventRule(.field(email, [.glob("*@shop.example")]))
        } catch {
          Issue.record("\(error)")
        }
      }
      for (agent, event, email) in [
        ("Mozilla/5.0 (iPhone)", "Order Completed", "ann@example.com"),
        ("Googlebot/2.1", "Order Completed", "ann@example.com"),
        ("WhatsApp/2.23", "Order Completed", "ann@example.com"),
        ("Mozilla/5.0 (iPhone)", "Order Completed", "staff@shop.example"),
        // Nobody needs it anyway.
        ("Googlebot/2.1", "Scrolled", "ann@example.com"),
      ] {
        let json = """
          {"type":"track","event":"\(event)","userId":"u","context":{"userAgent":"\(agent)"},\
          "properties":{"revenue":1,"email":"\(email)"}}
          """
        _ = try step(&machine, TrafficRecord(value: Array(json.utf8), at: received))
      }
      let counters = machine.counters
      #expect(
        [
          counters.forwarded, counters.screenedBots, counters.screenedPrefetches,
          counters.screenedByRule,
        ] == expected)
      #expect(counters.unmatched == 1)
      #expect(counters.events == counters.forwarded + counters.screened + counters.unmatched)
    }
  }

  @Test func `a robot's broken order is nobody's concern`() throws {
    var machine = try machine()
    let json = """
      {"type":"track","event":"Order Completed","userId":"u","properties":{"revenue":"much"},
      "context":{"userAgent":"Googlebot/2.1"}}
      """
    let result = try step(&machine, TrafficRecord(value: Array(json.utf8), at: received))
    #expect(result.letters.isEmpty && machine.counters.screenedBots == 1)
  }

  @Test func `an event that no rule needs goes nowhere`() throws {
    var machine = try machine()
    let json = #"{"type":"track","event":"Scrolled","messageId":"m","userId":"u"}"#
    let result = try step(&machine, TrafficRecord(value: Array(json.utf8), at: received))
    #expect(result.events.isEmpty && result.letters.isEmpty)
    #expect(machine.counters.unmatched == 1)
  }

  @Test func `every event is needed where a rule asks for sessions`() throws {
    let landing = try EventRule(.startsSession(true))
    var machine = try machine { rules in
      rules.touchpoints.append(
        TouchpointRule(name: "landing", when: landing, interaction: .visit))
    }
    let json = #"{"type":"track","event":"Scrolled","messageId":"m","userId":"u"}"#
    let result = try step(&machine, TrafficRecord(value: Array(json.utf8), at: received))
    #expect(result.events.first?.event.session == .activity)
    #expect(result.events.first?.event.profile.isEmpty == true)
    #expect(result.events.first?.event.profileIfStarting.isEmpty == false)
  }

  @Test func `the future is as far away as the event was received`() throws {
    // Up to five minutes are a clock's drift.
    for (timestamp, time) in [
      ("2026-03-02T00:05:00.000Z", received + .minutes(5)),
      ("2026-03-02T00:05:00.001Z", received), ("9999-12-31T23:59:59.999Z", received),
      ("2026-03-01T00:00:00Z", received + .days(-1)),
      ("0001-01-01T00:00:00Z", EventTime.earliest),
    ] {
      var machine = try machine()
      let result = try step(&machine, order(revenue: "1", timestamp: timestamp))
      #expect(result.events.first?.event.time == time, "\(timestamp)")
    }
  }

  @Test(arguments: [Int64.min, .max, -1 << 60, 1 << 60])
  func `a log's timestamp that is no date is as good as none`(milliseconds: Int64) throws {
    var machine = try machine()
    var record = order(revenue: "1", timestamp: "2026-03-02T00:00:00Z")
    record.at = EventTime(milliseconds: milliseconds)
    #expect(try step(&machine, record).events.first?.event.time == received)
    record = order(revenue: "1")
    record.at = EventTime(milliseconds: milliseconds)
    #expect(try step(&machine, record).letters.count == 1)
  }

  @Test func `a time corrected by clocks that are millennia apart is none`() throws {
    var machine = try machine()
    let json = """
      {"type":"track","event":"Order Completed","messageId":"m","userId":"u",
      "originalTimestamp":"0001-01-01T00:00:00Z","sentAt":"9999-12-31T00:00:00Z",
      "receivedAt":"0002-01-01T00:00:00Z","properties":{"revenue":1}}
      """
    let result = try step(&machine, TrafficRecord(value: Array(json.utf8), at: received))
    #expect(result.letters.first?.headers["__afterclick.errors.code"] == "invalid_time")
  }

  @Test func `a person always has the same partition`() throws {
    var counts = [Int32: Int]()
    for number in 0..<400 {
      let json = #"{"type":"track","event":"Signed Up","messageId":"m","userId":"u\#(number)"}"#
      var partitions: Set<Int32> = []
      for _ in 0..<2 {
        var machine = try machine(partitions: 4)
        let result = try step(&machine, TrafficRecord(value: Array(json.utf8), at: received))
        partitions.insert(try #require(result.events.first?.partition))
      }
      #expect(partitions.count == 1)
      counts[try #require(partitions.first), default: 0] += 1
    }
    #expect(counts.keys.sorted() == [0, 1, 2, 3])
    #expect(counts.values.allSatisfy { $0 > 60 })
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `garbage among traffic ends as dead letters and nowhere else`(seed: UInt64) throws {
    var settings = ShopTrafficSettings()
    settings.people = 200
    settings.shareGarbage = 0.2
    var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: seed))
    var machine = try machine()
    var letters = 0
    for offset in 0..<3_000 {
      var record = TrafficRecord()
      traffic.next(into: &record)
      let result = try step(&machine, record, offset: Int64(offset))
      #expect(result.letters.count + result.events.count <= 1)
      for letter in result.letters {
        letters += 1
        #expect(letter.value == record.value && letter.key == record.key, "seed \(seed)")
        #expect(letter.headers["__afterclick.errors.offset"] == "\(offset)", "seed \(seed)")
      }
    }
    let counters = machine.counters
    #expect(letters > 300, "seed \(seed)")
    #expect(counters.records == 3_000)
    #expect(counters.rejected.values.reduce(0, +) == letters)
    #expect(counters.records == letters + counters.forwarded + counters.unmatched)
  }
}
