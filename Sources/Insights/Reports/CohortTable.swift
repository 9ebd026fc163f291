package import Attribution

/// What people who came first in one window did in the windows after it.
///
/// A person is acquired once, by the first touchpoint; conversions count for the cohort of that
/// window, whenever they come. Windows are weeks that begin on Mondays, unless told otherwise.
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

  /// A cohort as it is said: how many came, and what they did by age.
  package struct Row: Hashable, Sendable {
    package struct Period: Hashable, Sendable {
      package let age: Int
      package let conversions: Int
      package let value: Amount
    }

    package let start: EventTime
    package let window: TimeSpan
    package let size: Int
    /// Of all values; `nil` if there are none.
    package let currency: String?
    /// Only those in which there was something.
    package let periods: [Period]
  }

  package let window: TimeSpan
  /// Cohorts that are kept; the oldest is forgotten for a new one.
  package static let limit = 104
  /// Windows after which conversions count for the last age.
  package static let oldestAge = 103
  package static let usualWindow = TimeSpan.days(7)
  /// The first Monday since 1970.
  private static let origin = TimeSpan.days(4).milliseconds

  private var sizes: [EventTime: Int] = [:]
  private var cells: [Key: Cell] = [:]
  /// Of the first value that came. Values in others are left out: money of different currencies is
  /// never added.
  private var currency: String?
  /// Cohorts that are not as they were last said.
  private var changed: Set<EventTime> = []

  package init(window: TimeSpan = CohortTable.usualWindow) {
    precondition(window > .zero, "windows of \(window)")
    self.window = window
  }

  private func start(of time: EventTime) -> EventTime { CohortTable.start(of: time, window) }

  /// The beginning of the window that `time` is in.
  package static func start(of time: EventTime, _ window: TimeSpan = usualWindow) -> EventTime {
    let remainder = (time.milliseconds - origin) % window.milliseconds
    return EventTime(
      milliseconds: time.milliseconds
        - (remainder < 0 ? remainder + window.milliseconds : remainder))
  }

  /// Somebody came for the first time, or with a `count` of −1, did not.
  package mutating func acquire(at time: EventTime, count: Int = 1) {
    let cohort = start(of: time)
    guard sizes[cohort] != nil || hasRoom(for: cohort) else { return }
    sizes[cohort, default: 0] += count
    changed.insert(cohort)
  }

  /// Somebody who came first at `acquired` converted at `time`; with a `count` of −1, did not.
  package mutating func convert(
    acquired: EventTime, at time: EventTime, value: Amount?, currency: String? = nil,
    count: Int = 1
  ) {
    let cohort = start(of: acquired)
    guard time >= acquired, sizes[cohort] != nil || hasRoom(for: cohort) else { return }
    sizes[cohort, default: 0] += 0
    let age = (start(of: time) - cohort).milliseconds / window.milliseconds
    let key = Key(cohort: cohort, age: min(CohortTable.oldestAge, Int(age)))
    var cell = cells[key] ?? Cell()
    cell.conversions += count
    if value != nil, self.currency == nil { self.currency = currency ?? "" }
    if let value, currency ?? "" == self.currency {
      cell.value = cell.value.adding(value, isNegative: count < 0)
    }
    cells[key] = cell
    changed.insert(cohort)
  }

  /// Makes room for `cohort` unless it is older than all that are kept.
  private mutating func hasRoom(for cohort: EventTime) -> Bool {
    guard sizes.count >= CohortTable.limit, let oldest = sizes.keys.min() else { return true }
    guard cohort > oldest else { return false }
    sizes[oldest] = nil
    cells = cells.filter { $0.key.cohort != oldest }
    changed.remove(oldest)
    return true
  }

  /// Cohorts that have changed since this was last asked, in order.
  package mutating func takeChanges() -> [Row] {
    defer { changed = [] }
    guard !changed.isEmpty else { return [] }
    let cells = allCells()
    return changed.sorted().map { cohort in
      Row(
        start: cohort, window: window, size: sizes[cohort] ?? 0,
        currency: currency == "" ? nil : currency,
        periods: cells.filter { $0.key.cohort == cohort && $0.cell != Cell() }.map { key, cell in
          Row.Period(age: key.age, conversions: cell.conversions, value: cell.value)
        })
    }
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
    writer.write(optionalText: currency)
    writer.write(varint: UInt64(sizes.count))
    for (start, size) in cohorts() {
      writer.write(time: start)
      writer.write(signed: Int64(size))
      writer.write(flag: changed.contains(start))
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
    currency = try reader.readOptionalText()
    for _ in 0..<(try reader.readCount()) {
      let start = try reader.readTime()
      sizes[start] = try reader.readInt()
      if try reader.readFlag() { changed.insert(start) }
    }
    for _ in 0..<(try reader.readCount()) {
      let key = Key(cohort: try reader.readTime(), age: try reader.readSmall())
      cells[key] = Cell(conversions: try reader.readInt(), value: try reader.readAmount())
    }
  }
}
