/// A touchpoint as a journey keeps it: 32 bytes, no references.
package struct StoredTouchpoint: Hashable, Sendable {
  package var time: EventTime
  /// The UUID, or a 128-bit hash of any other event id.
  package var idHigh: UInt64
  package var idLow: UInt64
  package var profile: ProfileTable.ID
  /// Where the journey's `TouchpointDetails` say more; 0 if they say nothing.
  package var detail: UInt32

  package init(
    time: EventTime, idHigh: UInt64, idLow: UInt64, profile: ProfileTable.ID, detail: UInt32
  ) {
    self.time = time
    self.idHigh = idHigh
    self.idLow = idLow
    self.profile = profile
    self.detail = detail
  }
}

extension EventID {
  /// Sixteen bytes that stand for the id when ids are compared for equality.
  package var fingerprint: (high: UInt64, low: UInt64) {
    switch self {
    case .uuid(let high, let low): return (high, low)
    case .text(var text):
      return text.withUTF8 { StableHash.siphash128(UnsafeRawBufferPointer($0)) }
    }
  }
}
