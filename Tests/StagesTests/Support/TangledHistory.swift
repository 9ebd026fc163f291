import Attribution
import Formats
import Simulation

/// Histories that are as hard to follow as possible: few people, few distinct times, ids that say
/// nothing about the order, and everything that can repeat repeated.
struct TangledHistory {
  struct Settings {
    var people = 2
    var events = 24
    /// Times are whole units up to this, sometimes off by a millisecond.
    var span: Int64 = 24
    /// A session id and a business key come up again within so many units.
    var sessionUnits: Int64 = 4
    var keyUnits: Int64 = 4
    /// Orders are refunded, cancelled and valued anew, before and after they were placed.
    var hasAdjustments = true
    /// Every other person's tracker sends session ids.
    var hasSessionIDs = true
  }

  /// 2026-03-02T00:00:00Z.
  static let start = EventTime(milliseconds: 1_772_409_600_000)

  struct Event {
    var time: EventTime
    /// The number of whoever does it.
    var person: Int
    var json: String
  }

  private(set) var events: [Event] = []

  init(_ events: [Event]) {
    self.events = events
  }

  init(_ settings: Settings, _ generator: inout SeededGenerator) {
    var orders: [Order] = []
    for number in 0..<settings.events {
      var order = Order(settings, &generator)
      var kind = generator.below(8)
      if settings.hasAdjustments, let known = orders.last, generator.chance(0.3) {
        // About an order that is, or will be, somewhere.
        order = generator.chance(0.5) ? known : orders[generator.below(orders.count)]
        order.unit = max(0, order.unit + generator.within(-3...15))
        kind = Order.adjustment
      }
      if kind == Order.kind { orders.append(order) }
      let jitter: Int64 = generator.chance(0.2) ? generator.within(-1...1) : 0
      let time = TangledHistory.start + RulePair.units(order.unit) + TimeSpan(milliseconds: jitter)
      events.append(
        Event(
          time: time, person: order.person,
          json: TangledHistory.json(number, kind, of: order, at: time, settings, &generator)))
    }
  }

  /// Who does something when, and the key that it has if it is an order.
  private struct Order {
    var person: Int
    var unit: Int64
    var key: String

    static let kind = 6
    static let adjustment = 8

    init(_ settings: Settings, _ generator: inout SeededGenerator) {
      person = generator.below(settings.people)
      unit = Int64(generator.below(Int(settings.span)))
      key = "k\(person)-\(unit / settings.keyUnits)-\(generator.below(2))"
    }
  }

  /// The events in an order of arrival in which none is late by more than `lateAccept`, some twice.
  func arrival(lateAccept: TimeSpan, _ generator: inout SeededGenerator) -> [TrafficRecord] {
    var records: [(tie: UInt64, record: TrafficRecord)] = []
    for event in events {
      for _ in 0..<(generator.chance(0.25) ? 2 : 1) {
        let delay: Int64 =
          switch generator.below(3) {
          case 0: 0
          case 1: lateAccept.milliseconds
          default: generator.within(0...lateAccept.milliseconds)
          }
        let record = TrafficRecord(
          value: Array(event.json.utf8), at: event.time + TimeSpan(milliseconds: delay))
        records.append((generator.next(), record))
      }
    }
    return records.sorted { ($0.record.at, $0.tie) < ($1.record.at, $1.tie) }.map(\.record)
  }

  private static func json(
    _ number: Int, _ kind: Int, of order: Order, at time: EventTime, _ settings: Settings,
    _ generator: inout SeededGenerator
  ) -> String {
    let person = order.person
    var fields = [
      "\"messageId\":\"\(id(number, &generator))\"", "\"userId\":\"p\(person)\"",
      "\"timestamp\":\"\(text(time))\"",
    ]
    var context: [String] = []
    if settings.hasSessionIDs, person % 2 == 1, generator.chance(0.8) {
      context.append("\"sessionId\":\"s\(person)-\(order.unit / settings.sessionUnits)\"")
    }
    switch kind {
    case 0, 1, 2: fields.append("\"type\":\"page\"")
    case 3: fields += ["\"type\":\"track\"", "\"event\":\"Email Link Clicked\""]
    case 4: fields += ["\"type\":\"track\"", "\"event\":\"Ad Viewed\""]
    case 5: fields += ["\"type\":\"track\"", "\"event\":\"Product Viewed\""]
    case Order.kind:
      fields += ["\"type\":\"track\"", "\"event\":\"Order Completed\""]
      fields.append("\"properties\":{\(TangledHistory.order(key: order.key, &generator))}")
    case 7: fields += ["\"type\":\"track\"", "\"event\":\"Signed Up\""]
    default: fields += adjustment(key: order.key, &generator)
    }
    if generator.chance(0.6) { context.append("\"campaign\":{\(campaign(&generator))}") }
    fields.append("\"context\":{\(context.joined(separator: ","))}")
    return "{\(fields.joined(separator: ","))}"
  }

  private static func order(key: String, _ generator: inout SeededGenerator) -> String {
    var properties: [String] = []
    if generator.chance(0.8) { properties.append("\"order_id\":\"\(key)\"") }
    let sources = ["browser", "server", "crm", "fax"]
    properties.append("\"source\":\"\(sources[generator.below(4)])\"")
    let values = [
      "null", "140.00", "66.5", "0", "-12.34", "0.01", "\"99.90\"", "\"10.000\"", "1234567.891",
    ]
    properties.append("\"revenue\":\(values[generator.below(values.count)])")
    let currencies = ["EUR", "JPY", "BHD"]
    if generator.chance(0.8) {
      properties.append("\"currency\":\"\(currencies[generator.below(3)])\"")
    }
    return properties.joined(separator: ",")
  }

  private static func adjustment(
    key: String, _ generator: inout SeededGenerator
  ) -> [String] {
    let names = [
      "Order Refunded", "Order Refunded", "Order Refunded", "Order Updated", "Cancelled",
    ]
    let amounts = ["0.005", "-12.34", "66.5", "140", "10", "\"1\"", "40.00"]
    let amount = amounts[generator.below(amounts.count)]
    return [
      "\"type\":\"track\"", "\"event\":\"\(names[generator.below(names.count)])\"",
      "\"properties\":{\"order_id\":\"\(key)\",\"revenue\":\(amount)}",
    ]
  }

  private static func campaign(_ generator: inout SeededGenerator) -> String {
    let sources = [("google", "cpc"), ("newsletter", "email"), ("criteo", "display")]
    let (source, medium) = sources[generator.below(3)]
    let names = ["spring", "Spring", "summer"]
    return
      "\"source\":\"\(source)\",\"medium\":\"\(medium)\",\"name\":\"\(names[generator.below(3)])\""
  }

  /// Half of the ids are UUIDs; in neither half does their order follow anything.
  static func id(_ number: Int, _ generator: inout SeededGenerator) -> String {
    let word = generator.next()
    if generator.chance(0.5) { return "e\(word % 1_000)-\(number)" }
    return EventID.uuid(high: word, low: UInt64(number)).description
  }

  static func text(_ time: EventTime) -> String {
    var bytes: [UInt8] = []
    time.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
