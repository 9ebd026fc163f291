/// How much memory values take beside their own size: for people to watch, so nearly right is enough.
package enum MemoryUse {
  /// A block on the heap, with what the allocator adds to it.
  private static func block(_ bytes: Int) -> Int { (bytes + 8 + 15) & ~15 }

  /// Before its elements an array has its type, its references, its count and its capacity.
  private static let arrayHead = 32

  package static func of<Element>(_ array: ContiguousArray<Element>) -> Int {
    array.capacity == 0 ? 0 : block(arrayHead + array.capacity * MemoryLayout<Element>.stride)
  }

  package static func of<Element>(_ array: [Element]) -> Int {
    array.capacity == 0 ? 0 : block(arrayHead + array.capacity * MemoryLayout<Element>.stride)
  }

  /// Short texts are in the value itself.
  package static func of(_ text: String?) -> Int {
    guard let count = text?.utf8.count, count > 15 else { return 0 }
    return block(arrayHead + count)
  }

  /// The sum over `count` values, from at most `looks` of them: it is asked for every second.
  package static func estimate(of count: Int, looks: Int = 128, bytes: (Int) -> Int) -> Int {
    let looks = min(count, looks)
    guard looks > 0 else { return 0 }
    var sum = 0
    for look in 0..<looks { sum += bytes(look * count / looks) }
    return sum * count / looks
  }
}

extension Journey {
  /// Memory beside the value itself; profiles are shared, and belong to nobody.
  package var byteCount: Int {
    var bytes = MemoryUse.of(touchpoints) + details.byteCount + MemoryUse.of(conversions)
    for conversion in conversions {
      bytes += MemoryUse.of(conversion.key) + conversion.eventID.byteCount
    }
    bytes += MemoryUse.of(sessions) + MemoryUse.of(corrections)
    for session in sessions { bytes += session.firstEventID.byteCount }
    for correction in corrections {
      bytes += MemoryUse.of(correction.key) + correction.eventID.byteCount
    }
    return bytes
  }
}

extension EventID {
  fileprivate var byteCount: Int {
    if case .text(let text) = self { MemoryUse.of(text) } else { 0 }
  }
}

extension IdentityState {
  /// Memory beside the value itself, without what only few have.
  package var byteCount: Int {
    let links = ([ownership] + others.values).reduce(0) { sum, ownership in
      ownership.links.reduce(sum + MemoryUse.of(ownership.links)) { $0 + MemoryUse.of($1.person) }
    }
    return devices.reduce(links + MemoryUse.of(devices)) { $0 + MemoryUse.of($1) }
  }
}
