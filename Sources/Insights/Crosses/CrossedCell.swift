package import Attribution

/// People of one value of a dimension and one of another: who entered and who arrived lately, and how
/// readily they do, compared with what their two values let expect.
///
/// A cell is judged by nobody. It is there to be looked at when something is wrong, so it
/// costs nothing but what its own people do: nothing is closed, and bins are taken together.
package struct CrossedCell: Sendable {
  /// What some bins, taken together, brought.
  private struct Slot: Sendable {
    /// How often those who entered are expected to arrive, as a multiple of the level, in units of
    /// which `unit` are one: whole numbers are small in a checkpoint.
    var mass: Int32 = 0
    var entered: Int32 = 0
    /// By when they arrived, not by when they entered.
    var arrived: Int32 = 0

    static let unit = 256.0
    /// More than any one person is expected to be.
    static let mostMass = 1_000_000.0

    var isEmpty: Bool { mass == 0 && entered == 0 && arrived == 0 }
  }

  /// Bins that are told apart only while they are open.
  package static let binsPerSlot: Int64 = 5
  /// Slots that are remembered: an incident as long as any stream's history, and those who entered as
  /// long before it.
  package static let capacity = 2 * BinHistory.capacity / binsPerSlot
  /// Completions that a cell has to show before it outweighs the product of its values.
  private static let prior = 40.0

  /// How many come for each that the two values let expect.
  package private(set) var rate = RateEstimate(prior: CrossedCell.prior)
  /// By slot modulo capacity; what is older than that is overwritten, or not looked at.
  private var slots: [Slot] = []
  /// The last slot that anything came in.
  private var lastSlot: Int64 = -1
  /// The last bin that anything came in, and what.
  private var lastBin: Int64 = -1
  private var lastEntered: Int32 = 0
  private var lastArrived: Int32 = 0

  package init() {}

  package static func slot(of bin: Int64) -> Int64 { bin / binsPerSlot }

  /// Somebody entered in `bin`, which is open.
  package mutating func enter(mass: Double, count: Double, in bin: Int64) {
    open(bin)
    lastEntered &+= Int32(count)
    add(mass: mass, count: count, to: CrossedCell.slot(of: bin))
  }

  /// Somebody entered in `bin`, which is closed. All of what was due of them since is expected.
  package mutating func enter(mass: Double, count: Double, late bin: Int64) {
    let slot = CrossedCell.slot(of: bin)
    guard slot > lastSlot - CrossedCell.capacity else { return }
    advance(to: slot)
    add(mass: mass, count: count, to: slot)
  }

  private mutating func add(mass: Double, count: Double, to slot: Int64) {
    let place = Int(slot % CrossedCell.capacity)
    slots[place].mass &+= Int32((min(Slot.mostMass, mass) * Slot.unit).rounded()) &* Int32(count)
    slots[place].entered &+= Int32(count)
  }

  /// Somebody arrived in `bin`, which is open.
  package mutating func arrive(count: Double, in bin: Int64) {
    open(bin)
    lastArrived &+= Int32(count)
    slots[Int(CrossedCell.slot(of: bin) % CrossedCell.capacity)].arrived &+= Int32(count)
  }

  private mutating func open(_ bin: Int64) {
    advance(to: CrossedCell.slot(of: bin))
    guard bin != lastBin else { return }
    (lastBin, lastEntered, lastArrived) = (bin, 0, 0)
  }

  /// Empties the slots that have begun since anything came.
  private mutating func advance(to slot: Int64) {
    if slots.isEmpty {
      slots = [Slot](repeating: Slot(), count: Int(CrossedCell.capacity))
      lastSlot = slot
    }
    guard slot > lastSlot else { return }
    for passed in max(lastSlot + 1, slot - CrossedCell.capacity + 1)...slot {
      slots[Int(passed % CrossedCell.capacity)] = Slot()
    }
    lastSlot = slot
  }

  /// How many are due, at a level of one.
  func due(_ shares: DueShares) -> Double {
    var due = 0.0
    for slot in remembered(shares.slots) {
      due += Double(slots[Int(slot % CrossedCell.capacity)].mass) * shares[slot]
    }
    return max(0, due / Slot.unit)
  }

  /// Those who entered and who arrived in `range`.
  func counts(inSlots range: ClosedRange<Int64>) -> (entered: Double, arrived: Double) {
    var counts = (entered: 0.0, arrived: 0.0)
    for slot in remembered(range) {
      counts.entered += Double(slots[Int(slot % CrossedCell.capacity)].entered)
      counts.arrived += Double(slots[Int(slot % CrossedCell.capacity)].arrived)
    }
    return (max(0, counts.entered), max(0, counts.arrived))
  }

  /// The same in `bin`, if it was the last to be open.
  func counts(in bin: Int64) -> (entered: Double, arrived: Double) {
    bin == lastBin ? (max(0, Double(lastEntered)), max(0, Double(lastArrived))) : (0, 0)
  }

  /// Those of `range` that anything can have come in.
  private func remembered(_ range: ClosedRange<Int64>) -> Range<Int64> {
    let first = max(range.lowerBound, lastSlot - CrossedCell.capacity + 1, 0)
    return first..<max(first, min(range.upperBound, lastSlot) + 1)
  }

  /// Learns that `observed` came where the two values let `expected` come, at the rate known so far.
  mutating func learn(observed: Double, expected: Double, keep: Double) {
    rate.learn(observed: observed, exposure: expected / max(rate.value, 0.001), keep: keep)
  }

  mutating func accept(ratio: Double) { rate.accept(ratio: ratio) }

  /// Nobody is on the way any more. What was learned stays.
  mutating func skip() {
    slots = []
    (lastSlot, lastBin, lastEntered, lastArrived) = (-1, -1, 0, 0)
  }
}

extension CrossedCell: StateBytes {
  package func write(to writer: inout ByteWriter) {
    rate.write(to: &writer)
    for number in [lastSlot, lastBin, Int64(lastEntered), Int64(lastArrived)] {
      writer.write(signed: number)
    }
    // Most slots of most cells are empty; only how many is said of them, from the last one back.
    let full = remembered(0...max(0, lastSlot)).reversed().filter {
      !slots[Int($0 % CrossedCell.capacity)].isEmpty
    }
    writer.write(varint: UInt64(full.count))
    var previous = lastSlot + 1
    for number in full {
      let slot = slots[Int(number % CrossedCell.capacity)]
      writer.write(varint: UInt64(previous - number - 1))
      for part in [slot.mass, slot.entered, slot.arrived] { writer.write(signed: Int64(part)) }
      previous = number
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    rate = try RateEstimate(from: &reader)
    lastSlot = try reader.readSigned()
    lastBin = try reader.readSigned()
    lastEntered = try CrossedCell.readPart(from: &reader)
    lastArrived = try CrossedCell.readPart(from: &reader)
    let count = try reader.readCount()
    guard (-1..<(.max / 10)).contains(lastSlot), lastSlot >= 0 || count == 0 else {
      throw ByteReader.Malformed()
    }
    if lastSlot >= 0 {
      slots = [Slot](repeating: Slot(), count: Int(CrossedCell.capacity))
    }
    var previous = lastSlot + 1
    for _ in 0..<count {
      let empty = try reader.readVarint()
      guard empty < UInt64(CrossedCell.capacity) else { throw ByteReader.Malformed() }
      previous -= Int64(empty) + 1
      guard previous >= 0, previous > lastSlot - CrossedCell.capacity else {
        throw ByteReader.Malformed()
      }
      slots[Int(previous % CrossedCell.capacity)] = Slot(
        mass: try CrossedCell.readPart(from: &reader),
        entered: try CrossedCell.readPart(from: &reader),
        arrived: try CrossedCell.readPart(from: &reader))
    }
  }

  private static func readPart(
    from reader: inout ByteReader
  ) throws(ByteReader.Malformed) -> Int32 {
    guard let part = Int32(exactly: try reader.readSigned()) else { throw ByteReader.Malformed() }
    return part
  }
}
