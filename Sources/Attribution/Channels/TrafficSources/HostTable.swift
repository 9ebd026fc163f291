/// Hosts and names, each with a value, looked up in an event's bytes without allocation.
///
/// A dictionary would need a key value per look-up, and one per enclosing domain. This table hashes
/// from the end, so that one pass over a host meets each of its domains.
package struct HostTable<Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let key: Range<Int>
    let value: Value
  }

  private var entries: [Entry] = []
  private var keys: [UInt8] = []
  /// Indices into `entries`, open addressing, at most half full; -1 is empty.
  private var buckets: [Int32]
  private var longestKey = 0

  /// Longer text than this is no host: looking at it further would be work for whoever sent it.
  private static var longestHost: Int { 1_024 }

  /// Of two entries with the same key the first stands.
  package init(_ contents: [(key: NormalizedText, value: Value)]) {
    var capacity = 8
    while capacity < contents.count * 2 { capacity *= 2 }
    buckets = [Int32](repeating: -1, count: capacity)
    for (key, value) in contents where !key.bytes.isEmpty {
      let hash = key.bytes.reversed().reduce(HostTable.seed, HostTable.combine)
      let bucket = key.bytes.withUnsafeBytes { self.bucket(of: $0, hash: hash) }
      guard buckets[bucket] < 0 else { continue }
      buckets[bucket] = Int32(entries.count)
      entries.append(Entry(key: keys.count..<keys.count + key.bytes.count, value: value))
      keys += key.bytes
      longestKey = max(longestKey, key.bytes.count)
    }
  }

  /// The value of exactly this text, apart from case.
  package func value(of text: UnsafeRawBufferPointer) -> Value? {
    guard text.count <= HostTable.longestHost else { return nil }
    return withASCII(text) { text in
      guard text.count <= longestKey else { return nil }
      let hash = text.reversed().reduce(HostTable.seed) {
        HostTable.combine($0, NormalizedText.lowercased($1))
      }
      return value(of: text, hash: hash)
    }
  }

  /// The value of this host or of the smallest domain around it that has one.
  ///
  /// A key without a dot is a name, not a top-level domain: it stands only for itself.
  package func value(covering host: UnsafeRawBufferPointer) -> Value? {
    guard host.count <= HostTable.longestHost else { return nil }
    return withASCII(host) { host in
      var found: Value?
      var hash = HostTable.seed
      var hasDot = false
      var start = host.count
      let end = max(0, host.count - longestKey)
      while start > end {
        start -= 1
        let byte = NormalizedText.lowercased(host[start])
        hash = HostTable.combine(hash, byte)
        hasDot = hasDot || byte == UInt8(ascii: ".")
        guard start == 0 || hasDot && host[start - 1] == UInt8(ascii: ".") else { continue }
        let domain = UnsafeRawBufferPointer(rebasing: host[start...])
        if let value = value(of: domain, hash: hash) { found = value }
      }
      return found
    }
  }

  /// Calls `body` with text whose case `NormalizedText.lowercased` can fold.
  private func withASCII(
    _ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Value?
  ) -> Value? {
    guard text.contains(where: { $0 >= 0x80 }) else { return body(text) }
    return NormalizedText(String(decoding: text, as: UTF8.self)).bytes.withUnsafeBytes(body)
  }

  private func value(of text: UnsafeRawBufferPointer, hash: UInt64) -> Value? {
    let index = Int(buckets[bucket(of: text, hash: hash)])
    return index < 0 ? nil : entries[index].value
  }

  /// The bucket that holds this key, or the empty one where it would go.
  private func bucket(of text: UnsafeRawBufferPointer, hash: UInt64) -> Int {
    let mask = buckets.count - 1
    var bucket = Int(truncatingIfNeeded: hash ^ hash >> 32) & mask
    while buckets[bucket] >= 0 {
      let key = entries[Int(buckets[bucket])].key
      if key.count == text.count, isKey(key, text) { return bucket }
      bucket = (bucket + 1) & mask
    }
    return bucket
  }

  private func isKey(_ key: Range<Int>, _ text: UnsafeRawBufferPointer) -> Bool {
    for index in 0..<key.count
    where keys[key.lowerBound + index] != NormalizedText.lowercased(text[index]) {
      return false
    }
    return true
  }

  private static var seed: UInt64 { 0xcbf2_9ce4_8422_2325 }

  /// FNV-1a, over the text from its end.
  private static func combine(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
