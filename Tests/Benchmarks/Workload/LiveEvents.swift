import Attribution
import Simulation

/// Events of a shop as they happen now, for what has to be timed: an order's id is its send time,
/// and so is the first half of every event's id.
struct LiveEvents {
  let people: Int
  private var generator = SeededGenerator(seed: 3)
  private(set) var person = ""
  private(set) var json = ""

  init(people: Int) {
    self.people = people
  }

  /// Fills `json` with the next event, of a random person; every twentieth is an order.
  mutating func next(nanoseconds: Int64) {
    let number = generator.below(people)
    let draw = generator.fraction()
    if draw < 0.05 {
      order(of: number, nanoseconds: nanoseconds)
    } else if draw < 0.25 {
      visit(of: number, nanoseconds: nanoseconds)
    } else {
      write(
        number, nanoseconds, type: "\"page\"", page: "p/\(generator.below(2_000))", properties: "")
    }
  }

  /// Fills `json` with a visit by a campaign: the person's journey exists from then on.
  mutating func visit(of number: Int, nanoseconds: Int64) {
    let query = "?utm_source=google&utm_medium=cpc&utm_campaign=c\(generator.below(20))"
    write(number, nanoseconds, type: "\"page\"", page: query, properties: "")
  }

  /// Fills `json` with an order, whose id carries `nanoseconds`.
  mutating func order(of number: Int, nanoseconds: Int64) {
    write(
      number, nanoseconds, type: "\"track\"", page: "checkout",
      properties: ",\"event\":\"Order Completed\",\"properties\":{"
        + "\"order_id\":\"\(nanoseconds)\",\"revenue\":49.90,\"currency\":\"EUR\"}")
  }

  /// The send time in the key of a conversion; `nil` if it is none of ours.
  static func sendTime(inKey key: UnsafeRawBufferPointer) -> Int64? {
    Int64(String(decoding: key, as: UTF8.self).split(separator: ":").last ?? "")
  }

  /// The send time in an event; `nil` if it is none of ours.
  static func sendTime(inEvent value: UnsafeRawBufferPointer) -> Int64? {
    let start = LiveEvents.beforeID.utf8.count
    guard let end = value.firstIndex(of: UInt8(ascii: ",")), value.count > end + start + 36 else {
      return nil
    }
    let id = UnsafeRawBufferPointer(rebasing: value[(end + start)..<(end + start + 36)])
    guard case .uuid(let high, _) = EventID(id) else { return nil }
    return Int64(high)
  }

  /// What stands between an event's type and its id.
  private static let beforeID = ",\"messageId\":\""

  private mutating func write(
    _ number: Int, _ nanoseconds: Int64, type: String, page: String, properties: String
  ) {
    person = "u-\(number)"
    let id = EventID.uuid(high: UInt64(nanoseconds), low: generator.next())
    json =
      "{\"type\":\(type)\(LiveEvents.beforeID)\(id)\","
      + "\"userId\":\"\(person)\",\"context\":{\"page\":{\"url\":\"https://shop.example/\(page)\"},"
      + "\"userAgent\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like"
      + " Gecko) Chrome/125.0.0.0 Safari/537.36\",\"location\":{\"country\":\"DE\"}}\(properties)}"
  }
}
