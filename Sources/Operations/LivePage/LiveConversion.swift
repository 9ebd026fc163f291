internal import Foundation

/// What the live page shows of a conversion. Who it was is not among it.
struct LiveConversion: Codable, Hashable {
  struct Touchpoint: Codable, Hashable {
    var channel: String
    var campaign: String?
    /// Shares by model.
    var credit: [String: Double]?
  }

  var id: String
  var rule: String
  var revision: Int
  var status: String
  var occurredAt: String
  var value: Double?
  var currency: String?
  /// Both as people read them.
  var worth: String?
  /// The last ones, at most `maximumTouchpoints`.
  var touchpoints: [Touchpoint]
  /// Of all of them.
  var pathLength: Int?

  enum CodingKeys: String, CodingKey {
    case id = "conversion_id"
    case rule = "conversion"
    case revision, status, value, currency, worth, touchpoints
    case occurredAt = "occurred_at"
    case pathLength = "path_length"
  }

  static let maximumTouchpoints = 12
  /// Longer texts are cut: the page has one line for each conversion.
  static let maximumText = 80

  /// Takes it from an output record; `nil` if that is none of this version.
  init?(_ record: [UInt8]) {
    do {
      self = try JSONDecoder().decode(LiveConversion.self, from: Data(record))
    } catch {
      return nil
    }
    id = LiveConversion.cut(id)
    rule = LiveConversion.cut(rule)
    currency = currency.map { LiveConversion.cut($0) }
    worth = value.map { MoneyText.text($0, currency: currency) }
    touchpoints = touchpoints.suffix(LiveConversion.maximumTouchpoints).map { touchpoint in
      var touchpoint = touchpoint
      touchpoint.channel = LiveConversion.cut(touchpoint.channel)
      touchpoint.campaign = touchpoint.campaign.map { LiveConversion.cut($0) }
      return touchpoint
    }
  }

  private static func cut(_ text: String) -> String {
    text.count > maximumText ? text.prefix(maximumText - 1) + "…" : text
  }
}
