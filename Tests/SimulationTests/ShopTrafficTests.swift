import Attribution
import Foundation
import Simulation
import Testing

@Suite struct ShopTrafficTests {
  private static func records(
    _ count: Int, seed: UInt64 = 1, _ change: (inout ShopTrafficSettings) -> Void = { _ in }
  ) -> [TrafficRecord] {
    var settings = ShopTrafficSettings()
    settings.people = 5_000
    change(&settings)
    var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: seed))
    return (0..<count).compactMap { _ in traffic.next() }
  }

  private static func object(_ record: TrafficRecord) throws -> [String: Any] {
    let bytes = try #require(record.value)
    return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  private static func eventName(_ record: TrafficRecord) throws -> String {
    let object = try object(record)
    return object["event"] as? String ?? object["type"] as? String ?? ""
  }

  @Test func `one seed gives one traffic, another seed another`() {
    let change: (inout ShopTrafficSettings) -> Void = {
      $0.shareLate = 0.05
      $0.shareDuplicated = 0.05
      $0.shareGarbage = 0.05
    }
    let first = ShopTrafficTests.records(2_000, change)
    #expect(first == ShopTrafficTests.records(2_000, change))
    #expect(first != ShopTrafficTests.records(2_000, seed: 2, change))
  }

  @Test func `reusing one record gives the same traffic as making new ones`() {
    var settings = ShopTrafficSettings()
    settings.shareDuplicated = 0.1
    settings.shareGarbage = 0.1
    var one = ShopTraffic(settings, generator: SeededGenerator(seed: 3))
    var other = one
    var record = TrafficRecord()
    for _ in 0..<500 {
      one.next(into: &record)
      #expect(record == other.next())
    }
  }

  @Test func `the rate can change, and everything stays in order`() throws {
    var settings = ShopTrafficSettings()
    settings.people = 20_000
    settings.eventsPerSecond = 0.1
    settings.currency = "EUR"
    var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: 5))
    let change = settings.start + .days(2)
    var times: [EventTime] = []
    while let record = traffic.next(), record.at < change { times.append(record.at) }
    let before = times.count
    #expect((12_000...23_000).contains(before), "\(before)")
    traffic.change(eventsPerSecond: 100, from: change)
    while let record = traffic.next(), record.at < change + .minutes(20) {
      times.append(record.at)
      let event = try ShopTrafficTests.object(record)
      let properties = event["properties"] as? [String: Any]
      #expect(properties?["currency"] as? String ?? "EUR" == "EUR")
    }
    #expect(times == times.sorted())
    let steady = times.count { $0 >= change + .minutes(10) }
    #expect((50_000...70_000).contains(steady), "\(steady)")
  }

  @Test func `every event is JSON with the fields of a Segment event`() throws {
    let records = ShopTrafficTests.records(3_000)
    for record in records {
      let object = try ShopTrafficTests.object(record)
      #expect(Set(object.keys).isSuperset(of: ["type", "messageId", "anonymousId", "context"]))
      let id = try #require(object["messageId"] as? String)
      #expect(UUID(uuidString: id)?.uuidString.lowercased() == id)
    }
    let mean = records.map { $0.value?.count ?? 0 }.reduce(0, +) / records.count
    #expect((350...425).contains(mean), "\(mean) bytes")
  }

  @Test func `a quarter of the events are touchpoints or conversions, a twentieth conversions`()
    throws
  {
    let records = ShopTrafficTests.records(20_000) {
      $0.people = 20_000
      $0.eventsPerSecond = 5
    }
    var settings = AuditSettings.shop
    settings.conversions[0].deduplicateBy = nil
    let expectation = ReferenceAttribution(settings).expectation(of: records)
    #expect(expectation.unreadable == 0)
    let conversions = Double(expectation.conversions.count) / 20_000
    let touchpoints = Double(expectation.touchpoints) / 20_000
    #expect((0.045...0.055).contains(conversions), "\(conversions)")
    #expect((0.23...0.27).contains(conversions + touchpoints), "\(conversions + touchpoints)")
  }

  @Test func `the rate is the rate that was asked for`() throws {
    let records = ShopTrafficTests.records(40_000) { $0.people = 100_000 }
    let span = try #require(records.last).at.milliseconds - records[0].at.milliseconds
    let perSecond = 40_000_000 / Double(span)
    #expect((97...103).contains(perSecond), "\(perSecond) per second")
  }

  @Test func `the day has its rhythm`() {
    let records = ShopTrafficTests.records(60_000) {
      $0.eventsPerSecond = 0.69
      $0.dailyAmplitude = 0.8
    }
    var byHour = [Int](repeating: 0, count: 24)
    for record in records { byHour[Int(record.at.milliseconds / 3_600_000 % 24)] += 1 }
    #expect(byHour[14] > 5 * byHour[2])
  }

  @Test func `records come in order of delivery and late ones within the bound`() throws {
    let records = ShopTrafficTests.records(20_000) {
      $0.shareLate = 0.1
      $0.eventsPerSecond = 10
      $0.longestDelay = .minutes(2)
    }
    var previous = EventTime.distantPast
    var late = 0
    for record in records {
      #expect(record.at >= previous)
      previous = record.at
      let object = try ShopTrafficTests.object(record)
      let time = try #require(object["timestamp"] as? String)
      let delay = record.at.milliseconds - (try ShopTrafficTests.milliseconds(time))
      #expect((150...120_000).contains(delay))
      if delay > 150 { late += 1 }
    }
    #expect((1_800...2_200).contains(late), "\(late) late")
  }

  private static func milliseconds(_ text: String) throws -> Int64 {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return Int64((try style.parse(text).timeIntervalSince1970 * 1_000).rounded())
  }

  @Test func `duplicates are the same bytes again`() {
    let records = ShopTrafficTests.records(20_000) {
      $0.shareDuplicated = 0.1
      $0.eventsPerSecond = 1
    }
    let distinct = Set(records.map(\.value)).count
    // Duplicates of the last events are still to come.
    #expect((1_600...1_950).contains(20_000 - distinct), "\(20_000 - distinct) duplicates")
  }

  @Test func `only garbage is unreadable, and each kind of it but one is`() {
    for kind in ShopGarbage.allCases {
      let records = ShopTrafficTests.records(1_000) {
        $0.shareGarbage = 0.1
        $0.garbage = [kind]
      }
      let expectation = ReferenceAttribution(.shop).expectation(of: records)
      let garbage = kind == .farFuture ? 0...0 : 60...130
      #expect(garbage.contains(expectation.unreadable), "\(kind): \(expectation.unreadable)")
    }
  }

  @Test func `a person keeps one kind of id for life`() throws {
    var withUser: [String: Bool] = [:]
    for record in ShopTrafficTests.records(20_000, { $0.people = 300 }) {
      let object = try ShopTrafficTests.object(record)
      let device = try #require(object["anonymousId"] as? String)
      let has = object["userId"] != nil
      #expect(withUser.updateValue(has, forKey: device) ?? has == has)
    }
    #expect(Set(withUser.values) == [true, false])
  }

  @Test func `people who log in are anonymous before and known after`() throws {
    var known: Set<String> = []
    var sawChange = false
    let records = ShopTrafficTests.records(20_000) {
      $0.people = 300
      $0.identities = .login
    }
    var seen: Set<String> = []
    for record in records {
      let object = try ShopTrafficTests.object(record)
      let device = try #require(object["anonymousId"] as? String)
      if object["userId"] != nil {
        if seen.contains(device), known.insert(device).inserted { sawChange = true }
      } else {
        #expect(!known.contains(device))
      }
      seen.insert(device)
    }
    #expect(sawChange)
  }

  @Test func `an incident keeps people on one device from one step`() throws {
    let start = ShopTrafficSettings().start
    let incident = PlantedIncident(
      from: start + .minutes(10), to: start + .hours(2), device: .iOS, step: .order, factor: 0.1)
    let records = ShopTrafficTests.records(100_000) { $0.incidents = [incident] }
    var orders: [Bool: Double] = [:]
    var checkouts: [Bool: Double] = [:]
    for record in records where record.at > start + .minutes(12) {
      let isPhone = String(decoding: record.value ?? [], as: UTF8.self).contains("iPhone")
      switch try ShopTrafficTests.eventName(record) {
      case "Order Completed": orders[isPhone, default: 0] += 1
      case "Checkout Started": checkouts[isPhone, default: 0] += 1
      default: break
      }
    }
    let phones = orders[true, default: 0] / checkouts[true, default: 1]
    let others = orders[false, default: 0] / checkouts[false, default: 1]
    #expect((0.04...0.12).contains(phones), "\(phones) of checkouts on phones")
    #expect((0.75...0.85).contains(others), "\(others) of checkouts elsewhere")
  }

  @Test func `lines are values with a line feed, tombstones have none`() {
    var output: [UInt8] = []
    TrafficRecord(value: Array("{}".utf8)).appendLine(to: &output)
    TrafficRecord(value: nil).appendLine(to: &output)
    TrafficRecord(value: Array("a\nb".utf8)).appendLine(to: &output)
    #expect(String(decoding: output, as: UTF8.self) == "{}\na b\n")
  }

  @Test func `an incident ends when it is repaired`() throws {
    func orders(repaired: Bool) throws -> Int {
      var settings = ShopTrafficSettings()
      settings.people = 5_000
      settings.namesSystem = true
      var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: 6))
      let middle = settings.start + .minutes(30)
      traffic.plant(
        PlantedIncident(
          from: settings.start, to: settings.start + .days(1), device: .iOS, step: .order, factor: 0
        ))
      var orders = 0
      while let record = traffic.next(), record.at < settings.start + .minutes(60) {
        if repaired, record.at > middle { traffic.repair(at: middle) }
        let object = try ShopTrafficTests.object(record)
        let context = object["context"] as? [String: Any]
        guard object["event"] as? String == "Order Completed",
          (context?["os"] as? [String: String])?["name"] == "iOS"
        else { continue }
        #expect(repaired && record.at > middle || record.at < settings.start + .minutes(3))
        orders += 1
      }
      return orders
    }
    // Those who had decided before it began still order.
    #expect(try orders(repaired: false) < 100)
    #expect(try orders(repaired: true) > 500)
  }
}
