internal import Attribution
internal import Foundation

/// Reads Segment JSON into events.
struct AuditEventReader {
  let maximumFutureSkew: TimeSpan
  // Days already looked up, by their text.
  private var days: [String: Int64] = [:]
  private let calendar: Calendar

  init(maximumFutureSkew: TimeSpan) {
    self.maximumFutureSkew = maximumFutureSkew
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
    self.calendar = calendar
  }

  /// The event in `record`.
  mutating func event(in record: TrafficRecord) throws(UnreadableEvent) -> AuditEvent {
    guard let value = record.value, let json = AuditJSON(value), case .object = json
    else { throw .notAnObject }
    guard let type = json["type"]?.nonEmptyText, AuditEventReader.types.contains(type)
    else { throw .unknownType }
    let user = try name(json["userId"])
    let device = try name(json["anonymousId"])
    guard let person = user ?? device else { throw .nobody }
    guard let id = try name(json["messageId"]) else { throw .noID }
    let url = page("url", of: json, type) ?? ""
    let parameters = AuditEventReader.parameters(of: url)
    return AuditEvent(
      time: try time(of: json, deliveredAt: record.at), id: id, person: person, user: user,
      device: device, previous: type == "alias" ? try name(json["previousId"]) : nil, type: type,
      name: type == "track" ? try name(json["event"]) ?? "" : "",
      sessionID: try name(json.value(at: "/context/sessionId")), url: url,
      referrer: page("referrer", of: json, type) ?? "",
      campaign: AuditEventReader.campaign(of: json, parameters),
      clickID: parameters.first { AuditEventReader.clickIDs.contains($0.name) }?.name, json: json)
  }

  private static let types: Set<String> = [
    "page", "screen", "track", "identify", "alias", "group",
  ]

  // What identifies or names something: text, or a number as it is spelled. Other kinds of values
  // would make it somebody else, or nobody.
  private func name(_ json: AuditJSON?) throws(UnreadableEvent) -> String? {
    switch json {
    case nil, .null, .text(""): return nil
    case .text(let text): return text
    case .number(let number): return number
    case .bool, .array, .object: throw .wrongType
    }
  }

  // Of a page event the page is also in the properties.
  private func page(_ field: String, of json: AuditJSON, _ type: String) -> String? {
    let own = json.value(at: "/context/page/\(field)")?.nonEmptyText
    return type == "page" ? own ?? json.value(at: "/properties/\(field)")?.nonEmptyText : own
  }

  private static let clickIDs: Set<String> = [
    "gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "twclid", "li_fat_id",
    "rdt_cid", "epik", "sccid", "irclid", "_kx", "mc_cid", "obclid",
  ]

  // The event's own fields, and the URL's parameters only where there are none.
  private static func campaign(
    of json: AuditJSON, _ parameters: [(name: String, value: String)]
  ) -> [String: String] {
    var campaign: [String: String] = [:]
    for field in ["source", "medium", "name", "term", "content"] {
      let value = json.value(at: "/context/campaign/\(field)")?.nonEmptyText
      campaign[field == "name" ? "campaign" : field] = value
    }
    if !campaign.isEmpty { return campaign }
    for field in ["source", "medium", "campaign", "term", "content"] {
      campaign[field] = parameters.first { $0.name == "utm_\(field)" }?.value
    }
    return campaign
  }

  // Parameters without a value count as missing.
  private static func parameters(of url: String) -> [(name: String, value: String)] {
    let withoutFragment = url.split(separator: "#", omittingEmptySubsequences: false)[0]
    guard let mark = withoutFragment.firstIndex(of: "?") else { return [] }
    let query = withoutFragment[withoutFragment.index(after: mark)...]
    return query.split(separator: "&").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty else { return nil }
      let encoded = parts[1].replacingOccurrences(of: "+", with: " ")
      return (parts[0].lowercased(), encoded.removingPercentEncoding ?? encoded)
    }
  }
}

// Time.
extension AuditEventReader {
  private mutating func time(
    of json: AuditJSON, deliveredAt delivery: EventTime
  ) throws(UnreadableEvent) -> EventTime {
    let received = time(ifReadable: json["receivedAt"]) ?? delivery
    var claimed = try time(json["timestamp"])
    if claimed == nil { claimed = try corrected(json, received) }
    guard let claimed, claimed - received <= maximumFutureSkew else { return received }
    return claimed
  }

  // What the device's clock said, moved by how wrong it was when it sent the event.
  private mutating func corrected(
    _ json: AuditJSON, _ received: EventTime
  ) throws(UnreadableEvent) -> EventTime? {
    guard let original = try time(json["originalTimestamp"]) else { return nil }
    guard let sent = try time(json["sentAt"]) else { return original }
    return received - (sent - original)
  }

  // A time that is there and cannot be read is no reason to take another.
  private mutating func time(_ json: AuditJSON?) throws(UnreadableEvent) -> EventTime? {
    switch json {
    case nil, .null, .text(""): return nil
    case .text(let text):
      guard let time = time(text) else { throw .wrongTime }
      return time
    case .number, .bool, .array, .object: throw .wrongTime
    }
  }

  private mutating func time(ifReadable json: AuditJSON?) -> EventTime? {
    guard case .text(let text) = json else { return nil }
    return time(text)
  }

  /// Reads RFC 3339 with any number of decimals, of which three count, and any offset.
  mutating func time(_ text: String) -> EventTime? {
    // 2026-03-05T08:52:34 takes nineteen characters; decimals and the offset follow.
    let clock = text.dropFirst(11).prefix(8).split(separator: ":", omittingEmptySubsequences: false)
    guard text.dropFirst(10).first == "T", clock.count == 3,
      clock.allSatisfy({ $0.count == 2 && AuditEventReader.isDigits($0) }),
      let day = day(String(text.prefix(10))), let hour = Int64(clock[0]), hour < 24,
      let minute = Int64(clock[1]), minute < 60, let second = Int64(clock[2]), second < 60
    else { return nil }
    var rest = text.dropFirst(19)
    var decimals: Substring = ""
    if rest.first == "." {
      decimals = rest.dropFirst().prefix { AuditEventReader.isDigits("\($0)") }
      guard !decimals.isEmpty else { return nil }
      rest = rest.dropFirst(1 + decimals.count)
    }
    guard let offset = AuditEventReader.offsetMinutes(rest),
      let fraction = Int64((decimals + "000").prefix(3))
    else { return nil }
    let minutes = hour * 60 + minute - offset
    return EventTime(milliseconds: day + (minutes * 60 + second) * 1_000 + fraction)
  }

  // `Z`, or `+01:00` and the like.
  private static func offsetMinutes(_ text: Substring) -> Int64? {
    if text == "Z" { return 0 }
    let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard let sign = text.first, "+-".contains(sign), parts.count == 2,
      parts.allSatisfy({ $0.count == 2 && isDigits($0) }),
      let hours = Int64(parts[0]), let minutes = Int64(parts[1])
    else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  private mutating func day(_ text: String) -> Int64? {
    if let known = days[text] { return known }
    let texts = text.split(separator: "-", omittingEmptySubsequences: false)
    let parts = texts.filter { AuditEventReader.isDigits($0) }.compactMap { Int($0) }
    guard texts.map(\.count) == [4, 2, 2], parts.count == 3 else { return nil }
    let wanted = DateComponents(year: parts[0], month: parts[1], day: parts[2])
    guard let date = calendar.date(from: wanted) else { return nil }
    // The calendar makes March 2 of February 30: only what comes back the same is a date.
    let found = calendar.dateComponents([.year, .month, .day], from: date)
    guard found.year == parts[0], found.month == parts[1], found.day == parts[2] else { return nil }
    let milliseconds = Int64(date.timeIntervalSince1970) * 1_000
    days[text] = milliseconds
    return milliseconds
  }
}
