/// The profiles that the journeys of one partition use, each stored once and counted.
///
/// A profile leaves when the last touchpoint that uses it does, so the table is bounded by the
/// journeys it serves. Open addressing with linear probing; identifiers are reused.
package struct ProfileTable: Sendable {
  /// A profile in this table; valid as long as somebody retains it.
  package struct ID: Hashable, Sendable {
    package let index: UInt32

    package init(index: UInt32) {
      self.index = index
    }
  }

  private struct Entry {
    var block: [UInt8]
    var hash: UInt64
    var uses: Int
    /// Unpacked when it first came onto a path.
    var shared: SharedProfile?
  }

  private var entries: [Entry] = []
  private var free: [UInt32] = []
  /// Index of an entry + 1; 0 is an empty slot. Always a power of two, at most half full.
  private var slots = [UInt32](repeating: 0, count: 64)

  package init() {}

  /// Profiles in use.
  package var count: Int { entries.count - free.count }

  /// Memory that the table and all in it take: the table exactly, what is in it by a sample.
  package var byteCount: Int {
    MemoryUse.of(entries) + MemoryUse.of(slots)
      + MemoryUse.estimate(of: entries.count) { MemoryUse.of(entries[$0].block) }
  }

  /// The identifier of the profile packed in `block`, retained once more.
  package mutating func retain(_ block: UnsafeRawBufferPointer) -> ID {
    let hash = StableHash.fold64(block)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot] - 1)
      if entries[index].hash == hash, ByteComparison.areEqual(entries[index].block, block) {
        entries[index].uses += 1
        return ID(index: UInt32(index))
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let entry = Entry(block: Array(block), hash: hash, uses: 1)
    let index: UInt32
    if let reused = free.popLast() {
      index = reused
      entries[Int(index)] = entry
    } else {
      index = UInt32(entries.count)
      entries.append(entry)
    }
    slots[slot] = index + 1
    if count * 2 > slots.count { grow() }
    return ID(index: index)
  }

  package mutating func retain(_ id: ID) { entries[Int(id.index)].uses += 1 }

  package mutating func release(_ id: ID) {
    entries[Int(id.index)].uses -= 1
    if entries[Int(id.index)].uses == 0 { remove(id.index) }
  }

  package func interaction(of id: ID) -> Interaction {
    guard let interaction = Interaction(rawValue: entries[Int(id.index)].block[0]) else {
      preconditionFailure("profile \(id.index) begins with no interaction")
    }
    return interaction
  }

  /// The packed block. Cheap.
  package func block(of id: ID) -> [UInt8] { entries[Int(id.index)].block }

  /// The profile, unpacked the first time that somebody asks.
  package mutating func shared(_ id: ID) -> SharedProfile {
    let index = Int(id.index)
    if let known = entries[index].shared { return known }
    do {
      let profile = try entries[index].block.withUnsafeBytes { bytes in
        try PackedProfile.read(from: bytes)
      }
      let unpacked = SharedProfile(profile, digest: entries[index].hash)
      entries[index].shared = unpacked
      return unpacked
    } catch {
      preconditionFailure("profile \(id.index) was stored without having been validated")
    }
  }

  private mutating func remove(_ index: UInt32) {
    let mask = slots.count - 1
    var hole = Int(truncatingIfNeeded: entries[Int(index)].hash) & mask
    while slots[hole] != index + 1 { hole = (hole + 1) & mask }
    slots[hole] = 0
    // Close the gap: move back whatever probing would no longer reach across it.
    var slot = (hole + 1) & mask
    while slots[slot] != 0 {
      let home = Int(truncatingIfNeeded: entries[Int(slots[slot] - 1)].hash) & mask
      if (slot - home) & mask >= (slot - hole) & mask {
        slots[hole] = slots[slot]
        slots[slot] = 0
        hole = slot
      }
      slot = (slot + 1) & mask
    }
    entries[Int(index)].block = []
    entries[Int(index)].shared = nil
    free.append(index)
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for (index, entry) in entries.enumerated() where entry.uses > 0 {
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index) + 1
    }
  }
}
