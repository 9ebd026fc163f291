internal import Attribution
internal import Insights

/// How far each partition of the journeys log has come, and which of them are worth waiting for.
///
/// All of it follows from the records of the insights log, in their order.
struct SourceClocks: Sendable {
  private struct Source: Hashable, Sendable {
    var time: EventTime
    /// In the record that moved it last, time passed as it only does where a backlog is read.
    var isRacing = false
    /// Records of others since it last moved.
    var silence = 0
  }

  private var sources: [Int32: Source] = [:]
  /// Partitions of the journeys log. One alone has nobody to be ahead of.
  private let count: Int

  /// How far behind the others a partition of the journeys log may always be and still be waited for.
  static let longestWait = TimeSpan.hours(1)
  /// Minutes in one record by which a source is known to read a backlog: what is read as it happens
  /// is told within seconds.
  static let racingMinutes = 5
  /// Records of others after which a source that does not move is no longer taken to read a backlog.
  static let shortPatience = 256
  /// Records of others after which, while a backlog is read, a source that does not move is no
  /// longer waited for.
  static let longPatience = 4_096

  init(count: Int) {
    self.count = count
  }

  /// A record of `source` is at hand, whose moments are at these times.
  mutating func note(_ times: some Sequence<EventTime>, of source: Int32) {
    for other in sources.keys where other != source {
      sources[other]?.silence += 1
      if sources[other]?.silence == SourceClocks.shortPatience { sources[other]?.isRacing = false }
    }
    let known = sources[source]?.time
    let news = times.filter { $0 > known ?? .distantPast }
    guard let first = news.min(), let last = news.max() else { return }
    sources[source, default: Source(time: .distantPast)].silence = 0
    let span = (last - first).milliseconds / TimeSpan.minutes(1).milliseconds
    sources[source]?.isRacing = count > 1 && span >= SourceClocks.racingMinutes
  }

  /// `source` has come to `time`. Returns whether it was not there yet.
  mutating func move(_ source: Int32, to time: EventTime) -> Bool {
    guard time > sources[source]?.time ?? .distantPast else { return false }
    sources[source, default: Source(time: time)].time = time
    return true
  }

  func time(of source: Int32) -> EventTime? { sources[source]?.time }

  /// Whether any source is reading a backlog.
  var isRacing: Bool { sources.values.contains { $0.isRacing } }

  /// The time of the slowest source that is less than `longestWait` behind.
  var reportTime: EventTime? {
    guard let latest = sources.values.map(\.time).max() else { return nil }
    return sources.values.map(\.time).filter { $0 >= latest - SourceClocks.longestWait }.min()
  }

  /// The time of the slowest source that is waited for; `nil` while somebody is who has not said
  /// anything yet. `records` of the log have been read.
  func awaitedTime(records: Int64) -> EventTime? {
    guard isRacing else { return reportTime }
    if sources.count < count, records <= SourceClocks.longPatience { return nil }
    let latest = sources.values.map(\.time).max() ?? .distantPast
    return sources.values.filter {
      $0.silence < SourceClocks.longPatience || $0.time >= latest - SourceClocks.longestWait
    }.map(\.time).min()
  }
}

extension SourceClocks {
  func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(sources.count))
    for (number, source) in sources.sorted(by: { $0.key < $1.key }) {
      writer.write(varint: UInt64(number))
      writer.write(time: source.time)
      writer.write(flag: source.isRacing)
      writer.write(varint: UInt64(source.silence))
    }
  }

  mutating func restore(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    for _ in 0..<(try reader.readCount()) {
      guard let number = Int32(exactly: try reader.readVarint()) else {
        throw ByteReader.Malformed()
      }
      sources[number] = Source(
        time: try reader.readTime(), isRacing: try reader.readFlag(),
        silence: try reader.readSmall())
    }
  }
}
