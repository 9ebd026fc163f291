/// How devices become people.
package struct IdentityRules: Hashable, Sendable {
  /// Anonymous events go to the person that their device belongs to. Otherwise an event belongs to
  /// the user id it carries, or to its anonymous id.
  package var stitches = false
  /// Devices whose events one person takes in. Those of further devices stay with the device.
  package var maximumDevices = 50
  /// Ids that identify nobody; `nil` if every id counts.
  package var blocked: BlockedIDs?
  /// How long a device is remembered to be somebody's after it was last heard of.
  package var linkRetention = TimeSpan.days(180)
  /// Links that are kept of one device; beyond it the oldest are forgotten.
  package var linksPerDevice = 200
  /// Events that are kept of one device or person in case they have to move; beyond it the oldest
  /// can not.
  package var eventsHeld = 2_000
  /// Where an `identify` has an e-mail address of its user; see `HashedEmail`.
  package var emails: [FieldIndex] = []
  /// How people are named in what is emitted.
  package var naming = PersonNaming.plain

  /// Times that an event is passed on, from a device to a person and along aliases. One that has
  /// been passed on as often ends where it is.
  package static let maximumMoves = 8
  /// Devices and other names whose links one person keeps in mind.
  package static let ownershipsKept = 1_000
  /// Of the links of one device with one person, the first in each slot counts, and every login.
  package static let linkSlot = TimeSpan.minutes(5)

  package init() {}
}

/// Ids that trackers send when they know nobody.
package struct BlockedIDs: Hashable, Sendable {
  /// What is blocked where the configuration does not say.
  package static let usual = [
    "-1", "null", "nil", "none", "undefined", "nan", "anonymous", "unknown",
  ]

  /// In lower case, without white space around them.
  private let ids: Set<[UInt8]>
  /// Longer ids are none of them.
  private let longest: Int

  package init(_ ids: [String] = BlockedIDs.usual) {
    self.ids = Set(
      ids.map { id in
        var id = id
        return id.withUTF8 { NormalizedText.trimmed(UnsafeRawBufferPointer($0)).map(Self.lowered) }
      })
    longest = self.ids.map(\.count).max() ?? 0
  }

  /// Whether `id` identifies nobody: a blocked word, nothing at all, or nothing but zeros.
  package func contains(_ id: UnsafeRawBufferPointer) -> Bool {
    // Nearly every id ends here, at its first letter or digit.
    if id.allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "-") }) {
      return id.isEmpty || id.contains(UInt8(ascii: "0")) || ids.contains(Array(id))
    }
    let text = NormalizedText.trimmed(id)
    if text.isEmpty { return true }
    guard text.count <= longest else { return false }
    return ids.contains(text.map(Self.lowered))
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
