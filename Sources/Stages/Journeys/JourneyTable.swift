internal import Attribution
internal import Formats

/// The journeys of one partition by their keys: one look-up per event, and little room around each.
///
/// Journeys lie side by side and are found through a table of indices, with open addressing and
/// linear probing. Keys are hashes already; a seed that differs from process to process keeps
/// people from choosing ids that meet in the table. Nothing that is emitted depends on the order.
struct JourneyTable: Sendable {
  private struct Entry: Sendable {
    var key: JourneyKey
    var journey = Journey()
    var held = Seldom<HeldEvents>()
    var identity = Seldom<IdentityState>()
    /// The number of the checkpoint interval in which the journey changed last.
    var changedIn: UInt32 = 0
    var isInUse = true
  }

  private struct Slot: Sendable {
    /// Index of an entry + 1; 0 is an empty slot.
    var number: UInt32 = 0
    /// The key's hash: nearly always it tells a key without a look at its entry, which is far away
    /// in memory.
    var hash: UInt32 = 0
  }

  private var entries: ContiguousArray<Entry> = []
  private var free: [UInt32] = []
  /// Always a power of two, at most three quarters full.
  private var slots = [Slot](repeating: Slot(), count: 64)
  private var interval: UInt32 = 1
  private static let seed = UInt64(truncatingIfNeeded: Hasher().finalize())

  /// Indices of journeys that changed in the present checkpoint interval; one that was removed
  /// meanwhile is there in vain.
  private var changed: [UInt32] = []
  /// Keys of journeys that were removed in the interval and may be in an earlier checkpoint.
  private var removed: [JourneyKey] = []

  /// By index: how far each person has come in funnels, packed. As long as the last that has any;
  /// without funnels, nobody has.
  private var funnels: ContiguousArray<[UInt8]> = []
  /// By index: when each person came first. As long as the last of whom that is known.
  private var acquired: ContiguousArray<EventTime?> = []

  /// Journeys held.
  var count: Int { entries.count - free.count }

  /// Memory that the table and all in it take: the table exactly, what is in it by a sample.
  var byteCount: Int {
    MemoryUse.of(entries) + MemoryUse.of(slots) + MemoryUse.of(funnels)
      + MemoryUse.estimate(of: funnels.count) { MemoryUse.of(funnels[$0]) }
      + MemoryUse.estimate(of: entries.count) { index in
        entries[index].journey.byteCount + entries[index].held.byteCount { $0.byteCount }
          + entries[index].identity.byteCount { $0.byteCount }
      }
  }

  /// The journey at an index that `index(of:)` or `insert` has given, valid until one is removed.
  subscript(index: Int) -> Journey {
    get { entries[index].journey }
    _modify { yield &entries[index].journey }
  }

  func key(at index: Int) -> JourneyKey { entries[index].key }

  /// The events that the journey at `index` is made of, if they may have to move.
  subscript(held index: Int) -> HeldEvents {
    get { entries[index].held.value ?? HeldEvents() }
    _modify {
      var held = entries[index].held.take() ?? HeldEvents()
      defer { if !held.isEmpty { entries[index].held.put(held) } }
      yield &held
    }
  }

  /// What else is known of whoever the journey at `index` belongs to.
  subscript(identity index: Int) -> Seldom<IdentityState> {
    get { entries[index].identity }
    _modify { yield &entries[index].identity }
  }

  /// How far the person at `index` has come in funnels; empty if nowhere.
  func funnels(at index: Int) -> [UInt8] { index < funnels.count ? funnels[index] : [] }

  mutating func setFunnels(at index: Int, to bytes: [UInt8]) {
    if index < funnels.count {
      funnels[index] = bytes
    } else if !bytes.isEmpty {
      funnels.append(contentsOf: repeatElement([], count: index - funnels.count))
      funnels.append(bytes)
    }
  }

  /// When the person at `index` came first; `nil` if it is not known.
  func acquired(at index: Int) -> EventTime? { index < acquired.count ? acquired[index] : nil }

  mutating func setAcquired(at index: Int, to time: EventTime?) {
    if index < acquired.count {
      acquired[index] = time
    } else if let time {
      acquired.append(contentsOf: repeatElement(nil, count: index - acquired.count))
      acquired.append(time)
    }
  }

  func index(of key: JourneyKey) -> Int? {
    let number = slots[slot(of: key)].number
    return number == 0 ? nil : Int(number - 1)
  }

  /// The index of the journey of `key`, which is empty if it is new.
  mutating func insert(_ key: JourneyKey) -> (index: Int, isNew: Bool) {
    var slot = slot(of: key)
    if slots[slot].number != 0 { return (Int(slots[slot].number - 1), false) }
    if (count + 1) * 4 > slots.count * 3 {
      grow()
      slot = self.slot(of: key)
    }
    let entry = Entry(key: key)
    let index: Int
    if let reused = free.popLast() {
      index = Int(reused)
      entries[index] = entry
    } else {
      index = entries.count
      entries.append(entry)
    }
    slots[slot] = Slot(number: UInt32(index + 1), hash: hash(of: key))
    return (index, true)
  }

  /// Removes the journey, whose profiles have been given back; if it `isSaved`, the next checkpoint
  /// has to say so.
  mutating func remove(at index: Int, isSaved: Bool = false) {
    if isSaved { removed.append(entries[index].key) }
    let mask = slots.count - 1
    var hole = slot(of: entries[index].key)
    slots[hole] = Slot()
    // Close the gap: move back whatever probing would no longer reach across it.
    var slot = (hole + 1) & mask
    while slots[slot].number != 0 {
      let home = Int(slots[slot].hash) & mask
      if (slot - home) & mask >= (slot - hole) & mask {
        slots[hole] = slots[slot]
        slots[slot] = Slot()
        hole = slot
      }
      slot = (slot + 1) & mask
    }
    entries[index].journey = Journey()
    entries[index].held = Seldom()
    entries[index].identity = Seldom()
    setFunnels(at: index, to: [])
    setAcquired(at: index, to: nil)
    entries[index].isInUse = false
    free.append(UInt32(index))
  }

  /// The journey at `index` has changed.
  mutating func noteChange(at index: Int) {
    guard entries[index].changedIn != interval else { return }
    entries[index].changedIn = interval
    changed.append(UInt32(index))
  }

  /// Journeys that changed or were removed in the present checkpoint interval, at most.
  var changedCount: Int { changed.count + removed.count }

  /// Ends the checkpoint interval; the keys of what changed or was removed in it. A key that was
  /// removed and came again is there twice.
  mutating func takeChanged() -> [JourneyKey] {
    var keys = removed
    keys.reserveCapacity(changedCount)
    for index in changed.map(Int.init)
    where entries[index].isInUse && entries[index].changedIn == interval {
      keys.append(entries[index].key)
      // An index may be there twice: its journey was removed, and another took its place.
      entries[index].changedIn = 0
    }
    changed = []
    removed = []
    interval += 1
    return keys
  }

  /// Indices of the journeys as they are now.
  var indices: [Int] { entries.indices.filter { entries[$0].isInUse } }

  private func hash(of key: JourneyKey) -> UInt32 {
    let (high, low) = (key.low ^ JourneyTable.seed).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return UInt32(truncatingIfNeeded: high ^ low)
  }

  /// The slot that holds this key, or the empty one where it would go.
  private func slot(of key: JourneyKey) -> Int {
    let mask = slots.count - 1
    let hash = hash(of: key)
    var slot = Int(hash) & mask
    while slots[slot].number != 0 {
      if slots[slot].hash == hash, entries[Int(slots[slot].number - 1)].key == key { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    let mask = slots.count - 1
    for entry in old where entry.number != 0 {
      var slot = Int(entry.hash) & mask
      while slots[slot].number != 0 { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }
}
