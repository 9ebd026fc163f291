import Attribution
import Formats
import Foundation

/// What the demo shows of an attributed conversion, as read from the topic.
struct DemoConversion: Hashable, Sendable {
  struct Touch: Hashable, Sendable {
    var channel: String
    /// One for each `ShownModel`.
    var earned: [Earned]
  }

  var id: String
  var rule: String
  var revision = 1
  var isRetracted = false
  var person: String
  var eventID: String
  var occurredAt: EventTime
  /// `nil` for conversions without value.
  var cents: Int64?
  var currency: String?
  var touches: [Touch]
}

extension DemoConversion {
  /// A record of the topic that is not what this version writes.
  struct Unreadable: Error, CustomStringConvertible {
    let reason: String

    var description: String { "a record of the conversions topic cannot be read: \(reason)" }
  }

  /// Reads `afterclick/attributed-conversion/v1`.
  init(json: UnsafeRawBufferPointer) throws(Unreadable) {
    let record: Record
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      record = try decoder.decode(Record.self, from: Data(json))
    } catch {
      throw Unreadable(reason: "\(error)")
    }
    try self.init(record)
  }

  private init(_ record: Record) throws(Unreadable) {
    var time = record.occurredAt
    guard let occurredAt = time.withUTF8({ EventTime(text: UnsafeRawBufferPointer($0)) }) else {
      throw Unreadable(reason: "occurred_at is \(record.occurredAt)")
    }
    id = record.conversionId
    rule = record.conversion
    revision = record.revision
    isRetracted = record.status == "retracted"
    person = record.personId
    eventID = record.eventId
    self.occurredAt = occurredAt
    currency = record.currency
    if let value = record.value { cents = try DemoConversion.cents(value) }
    touches = []
    for touch in record.touchpoints {
      var earned: [Earned] = []
      for model in ShownModel.allCases {
        let cents = try DemoConversion.cents(touch.value?[model.name] ?? 0)
        let credit = (touch.credit?[model.name] ?? 0) * 1_000_000
        earned.append(Earned(millionths: Int64(credit.rounded()), cents: cents))
      }
      touches.append(Touch(channel: touch.channel, earned: earned))
    }
  }

  /// The decimal that was written, in cents: money is never added up in binary fractions.
  private static func cents(_ number: Double) throws(Unreadable) -> Int64 {
    guard let amount = Amount(exactly: number)?.normalized.widened(toScale: 2), amount.scale == 2
    else { throw Unreadable(reason: "\(number) is no amount of cents") }
    return amount.units
  }

  /// The record's fields that are used here.
  private struct Record: Decodable {
    struct Touchpoint: Decodable {
      var channel: String
      var credit: [String: Double]?
      var value: [String: Double]?
    }

    var conversionId: String
    var conversion: String
    var revision: Int
    var status: String
    var personId: String
    var eventId: String
    var occurredAt: String
    var value: Double?
    var currency: String?
    var touchpoints: [Touchpoint]
  }
}
