import Attribution
import Simulation

/// Segment events written by hand, timed in minutes after 2026-03-02T00:00:00Z.
enum HandMade {
  static let start: Int64 = 1_772_409_600_000

  /// A record whose `fields` are the JSON of the event but for id, person and time.
  static func record(
    _ id: String, at minutes: Double, by person: String = "\"anonymousId\":\"a\"", _ fields: String
  ) -> TrafficRecord {
    let time = EventTime(milliseconds: start + Int64(minutes * 60_000))
    let json = """
      {"messageId":"\(id)",\(person),"timestamp":"\(text(time))",\(fields)}
      """
    return TrafficRecord(value: Array(json.utf8), at: time)
  }

  /// A page view, by default one that brings the campaign data of `source` and `medium`.
  static func visit(
    _ id: String, at minutes: Double, query: String = "", by person: String = "a",
    session: String? = nil, referrer: String = ""
  ) -> TrafficRecord {
    let session = session.map { ",\"sessionId\":\"\($0)\"" } ?? ""
    return record(
      id, at: minutes, by: "\"anonymousId\":\"\(person)\"",
      """
      "type":"page","context":{"page":{"url":"https://shop.example/\(query)",\
      "referrer":"\(referrer)"}\(session)}
      """)
  }

  /// A page view whose channel is the given letter: see `letterChannels`.
  static func letter(_ letter: Character, _ id: String, at minutes: Double) -> TrafficRecord {
    visit(id, at: minutes, query: "?utm_source=\(letter)&utm_medium=x&utm_campaign=c\(letter)")
  }

  static func track(
    _ event: String, _ id: String, at minutes: Double, by person: String = "a",
    _ properties: String = "", campaign: String = ""
  ) -> TrafficRecord {
    record(
      id, at: minutes, by: "\"anonymousId\":\"\(person)\"",
      """
      "type":"track","event":"\(event)","properties":{\(properties)},\
      "context":{"campaign":{\(campaign)}}
      """)
  }

  static func order(
    _ id: String, at minutes: Double, by person: String = "a", _ revenue: String,
    currency: String = "USD", key: String? = nil
  ) -> TrafficRecord {
    let key = key.map { ",\"order_id\":\($0)" } ?? ""
    return track(
      "Order Completed", id, at: minutes, by: person,
      "\"revenue\":\(revenue),\"currency\":\"\(currency)\"\(key)")
  }

  /// The example rules, with the purchase rule changed.
  static func settings(
    _ change: (inout AuditConversionRule) -> Void = { _ in }
  ) -> AuditSettings {
    var settings = AuditSettings.shop
    change(&settings.conversions[0])
    return settings
  }

  /// The same, with the source of a touchpoint for its channel, in upper case.
  static func letterSettings(
    _ change: (inout AuditConversionRule) -> Void = { _ in }
  ) -> AuditSettings {
    var settings = settings(change)
    settings.channel = { ($0.campaign["source"] ?? "Direct").uppercased() }
    return settings
  }

  private static func text(_ time: EventTime) -> String {
    // All events are within March 2026.
    let milliseconds = Int(time.milliseconds - start) + 86_400_000
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    let fraction = String(1_000 + rest % 1_000).dropFirst()
    return "2026-03-\(two(day + 1))T\(two(rest / 3_600_000)):\(two(rest / 60_000 % 60)):"
      + "\(two(rest / 1_000 % 60)).\(fraction)Z"
  }
}
