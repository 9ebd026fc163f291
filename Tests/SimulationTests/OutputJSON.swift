import Attribution
import Foundation
import Simulation

/// Writes expected conversions as output records, as far as the auditor reads them.
enum OutputJSON {
  static func bytes(_ conversion: ExpectedConversion) -> [UInt8] {
    let touchpoints = conversion.touchpoints.enumerated().map { index, touchpoint in
      """
      {"position":\(index + 1),"touchpoint":"\(touchpoint.rule)",\
      "interaction":"\(touchpoint.interaction.name)","event_id":"\(touchpoint.eventID)",\
      "occurred_at":"\(time(touchpoint.occurredAt))","channel":"\(touchpoint.channel)",\
      "credit":\(object(touchpoint.credit.mapValues { rounded($0) })),\
      "value":\(object(touchpoint.value))}
      """
    }
    let value = conversion.value.map { ",\"value\":\($0)" } ?? ""
    let currency = conversion.currency.map { ",\"currency\":\"\($0)\"" } ?? ""
    let count = touchpoints.count
    let unattributed = count == 0 ? ",\"unattributed\":true" : ""
    let seconds = conversion.touchpoints.first.map { first in
      let span = conversion.occurredAt - first.occurredAt
      return ",\"time_to_convert_seconds\":\(span.milliseconds / 1_000)"
    }
    let json = """
      {"schema":"afterclick/attributed-conversion/v1","conversion_id":"\(conversion.id)",\
      "conversion":"\(conversion.rule)","revision":1,\
      "status":"\(conversion.isUnattributed ? "unattributed" : "attributed")",\
      "person_id":"\(conversion.person)","event_id":"\(conversion.eventID)",\
      "occurred_at":"\(time(conversion.occurredAt))"\(value)\(currency)\
      \(unattributed)\(seconds ?? ""),\
      "path_length":\(count),"assists":\(max(0, count - 1)),\
      "channel_path":[\(conversion.channelPath.map { "\"\($0)\"" }.joined(separator: ","))],\
      "touchpoints":[\(touchpoints.joined(separator: ","))],\
      "explanation":{"considered":\(conversion.considered),\
      "dropped":\(object(conversion.dropped.mapValues { "\($0)" }))}}
      """
    return Array(json.utf8)
  }

  private static func object(_ fields: [String: String]) -> String {
    "{" + fields.map { "\"\($0.key)\":\($0.value)" }.sorted().joined(separator: ",") + "}"
  }

  private static func rounded(_ credit: Fraction) -> String {
    let millionths = Int((credit.double * 1_000_000).rounded())
    return AuditDecimal(units: Int128(millionths), scale: 6).text
  }

  private static func time(_ time: EventTime) -> String {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    // Half a millisecond keeps the style from cutting a rounded-down last digit.
    return style.format(
      Date(timeIntervalSince1970: (Double(time.milliseconds) + 0.5) / 1_000))
  }
}
