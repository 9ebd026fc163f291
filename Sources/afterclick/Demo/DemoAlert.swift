import Attribution
import Formats
import Foundation

/// What the demo shows of an alert, as read from the topic.
struct DemoAlert: Hashable, Sendable {
  var id: String
  var isFiring: Bool
  var severity: String
  var kind: String
  /// One sentence that says it all.
  var summary: String
  var startedAt: EventTime
  var detectedAt: EventTime
  var resolvedAt: EventTime?
  /// `os=iOS`, or `country=DE with os=iOS` if it is those who are both; the one with the largest share of the loss first.
  var suspects: [String]
  /// The first suspect's share of the loss.
  var share: Double?
}

extension DemoAlert {
  /// A record of the topic that is not what this version writes.
  struct Unreadable: Error, CustomStringConvertible {
    let reason: String

    var description: String { "a record of the alerts topic cannot be read: \(reason)" }
  }

  /// Reads `afterclick/funnel-alert/v1`.
  init(json: UnsafeRawBufferPointer) throws(Unreadable) {
    let record: Record
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      record = try decoder.decode(Record.self, from: Data(json))
    } catch {
      throw Unreadable(reason: "\(error)")
    }
    id = record.alertId
    isFiring = record.status == "firing"
    severity = record.severity
    kind = record.kind
    summary = record.summary
    startedAt = try DemoAlert.time(record.startedAt)
    detectedAt = try DemoAlert.time(record.detectedAt)
    if let time = record.resolvedAt { resolvedAt = try DemoAlert.time(time) }
    suspects = record.suspects.map { suspect in
      suspect.segment.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " with ")
    }
    share = record.suspects.first?.shareOfLoss
  }

  private static func time(_ text: String) throws(Unreadable) -> EventTime {
    var text = text
    guard let time = text.withUTF8({ EventTime(text: UnsafeRawBufferPointer($0)) }) else {
      throw Unreadable(reason: "a time is \(text)")
    }
    return time
  }

  /// The record's fields that are used here.
  private struct Record: Decodable {
    struct Suspect: Decodable {
      var segment: [String: String]
      var shareOfLoss: Double
    }

    var alertId: String
    var status: String
    var severity: String
    var kind: String
    var summary: String
    var startedAt: String
    var detectedAt: String
    var resolvedAt: String?
    var suspects: [Suspect]
  }
}
