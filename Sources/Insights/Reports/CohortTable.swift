package import Attribution

/// What people who came first in one window did in the windows after it.
///
/// A person is acquired once, by the first touchpoint; conversions count for the cohort of that
/// window, whenever they come.
package struct CohortTable: Sendable {
  /// One cohort, `age` windows after its beginning.
  package struct Key: Hashable, Comparable, Sendable {
    package var cohort: EventTime
    package var age: Int

    package static func < (left: Key, right: Key) -> Bool {
      (left.cohort, left.age) < (right.cohort, right.age)
    }
  }

  package struct Cell: Hashable, Sendable {
    package fileprivate(set) var conversions = 0
    package fileprivate(set) var value = Amount.zero
  }

  package let window: TimeSpan
  /// Cohorts that are kept; the oldest is forgotten for a new one.
  package static let limit = 104
  /// Windows after which conversions count for the last age.
  package static let oldestAge = 103

  private var sizes: [EventTime: Int] = [:]
  private var cells: [Key: Cell] = [:]

  package init(window: TimeSpan = .days(7)) {
    precondition(window > .zero, "windows of \(window)")
    self.window = window
  }

  private func start(of time: EventTime) -> EventTime {
    let remainder = time.milliseconds % window.milliseconds
    return EventTime(
      milliseconds: time.milliseconds
        - (remainder < 0 ? remainder + window.milliseconds : remainder))
  }

  /// Somebody came for the first time, or with a `count` of −1, did not.
  package mutating func acquire(at time: EventTime, count: Int = 1) {
    let cohort = start(of: time)
    guard sizes[cohort] != nil || hasRoom(for: cohort) else { return }
    sizes[cohort, default: 0] += count
  }

  /// Somebody who came first at `acquired` converted at `time`; with a `count` of −1, did not.
  package mutating func convert(
    acquired: EventTime, at time: EventTime, value: Amount?, count: Int = 1
  ) {
    let cohort = start(of: acquired)
    guard time >= acquired, sizes[cohort] != nil || hasRoom(for: cohort) else { return }
    sizes[cohort, default: 0] += 0
    let age = (start(of: time) - cohort).milliseconds / window.milliseconds
    let key = Key(cohort: cohort, age: min(CohortTable.oldestAge, Int(age)))
    var cell = cells[key] ?? Cell()
    cell.conversions += count
    if let value { cell.value = cell.value.adding(value, isNegative: count < 0) }
    cells[key] = cell
  }

  /// Makes room for `cohort` unless it is older than all that are kept.
  private mutating func hasRoom(for cohort: EventTime) -> Bool {
    guard sizes.count >= CohortTable.limit, let oldest = sizes.keys.min() else { return true }
    guard cohort > oldest else { return false }
    sizes[oldest] = nil
    cells = cells.filter { $0.key.cohort != oldest }
    return true
  }

  /// Everybody acquired in each cohort, in order.
  package func cohorts() -> [(start: EventTime, size: Int)] {
    sizes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// All cells, in order.
  package func allCells() -> [(key: Key, cell: Cell)] {
    cells.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension CohortTable: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(signed: window.milliseconds)
    writer.write(varint: UInt64(sizes.count))
    for (start, size) in cohorts() {
      writer.write(time: start)
      writer.write(signed: Int64(size))
    }
    writer.write(varint: UInt64(cells.count))
    for (key, cell) in allCells() {
      writer.write(time: key.cohort)
      writer.write(varint: UInt64(key.age))
      writer.write(signed: Int64(cell.conversions))
      writer.write(amount: cell.value)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    window = TimeSpan(milliseconds: try reader.readSigned())
    guard window > .zero else { throw ByteReader.Malformed() }
    for _ in 0..<(try reader.readCount()) {
      let start = try reader.readTime()
      sizes[start] = try reader.readInt()
    }
    for _ in 0..<(try reader.readCount()) {
      let key = Key(cohort: try reader.readTime(), age: try reader.readSmall())
      cells[key] = Cell(conversions: try reader.readInt(), value: try reader.readAmount())
    }
  }
}
