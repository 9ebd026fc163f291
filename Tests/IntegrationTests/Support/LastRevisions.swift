import Foundation
import Testing

/// Each conversion as it stands in the end, without what only says how it came to that.
struct LastRevisions {
  /// By conversion id.
  private(set) var conversions: [String: String] = [:]

  /// `lines` are attributed conversions as JSON, revisions of one in their order.
  init(_ lines: [Data]) throws {
    for line in lines {
      var object = try #require(
        try JSONSerialization.jsonObject(with: line) as? [String: Any])
      let id = try #require(object["conversion_id"] as? String)
      for field in ["revision", "reason", "emitted_at"] { object[field] = nil }
      let text = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
      conversions[id] = String(decoding: text, as: UTF8.self)
    }
  }

  /// Conversions that are not the same here and there, in order.
  func differences(from other: LastRevisions) -> [String] {
    Set(conversions.keys).union(other.conversions.keys)
      .filter { conversions[$0] != other.conversions[$0] }.sorted()
  }
}
