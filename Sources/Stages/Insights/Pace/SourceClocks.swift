internal import Attribution
internal import Insights

/// How far each partition of the journeys log has come, and which of them are worth waiting for.
///
/// All of it follows from the records of the insights log, in their order.
struct SourceClocks: Sendable {
  private struct Source: Hashable, Sendable {
    /// The partition of the journeys log.
    let number: Int32
    var time: EventTime
    /// In the record that moved it last, time passed as it only does where a backlog is read.
    var isRacing = false
    /// Records of others since it last moved.
    var silence = 0
  }

  /// In order of appearance: a few, which every minute of each looks through.
  private var sources: [Source] = []
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
  mutating func note(_ times: some Collection<EventTime>, of source: Int32) {
    for index in sources.indices where sources[index].number != source {
      sources[index].silence += 1
      if sources[index].silence == SourceClocks.shortPatience { sources[index].isRacing = false }
    }
    let known = time(of: source) ?? .distantPast
    let news = times.lazy.filter { $0 > known }
    guard let first = news.min(), let last = news.max() else { return }
    let index = index(of: source)
    let span = (last - first).milliseconds / TimeSpan.minutes(1).milliseconds
    sources[index].silence = 0
    sources[index].isRacing = count > 1 && span >= SourceClocks.racingMinutes
  }

  /// `source` has come to `time`. Returns whether it was not there yet.
  mutating func move(_ source: Int32, to time: EventTime) -> Bool {
    guard time > self.time(of: source) ?? .distantPast else { return false }
    sources[index(of: source)].time = time
    return true
  }

  /// Where `source` is, which is added if it is new.
  private mutating func index(of source: Int32) -> Int {
    if let known = sources.firstIndex(where: { $0.number == source }) { return known }
    sources.append(Source(number: source, time: .distantPast))
    return sources.count - 1
  }

  func time(of source: Int32) -> EventTime? {
    sources.first { $0.number == source }?.time
  }

  /// Whether any source is reading a backlog.
  var isRacing: Bool { sources.contains { $0.isRacing } }

  private var latestTime: EventTime? { sources.lazy.map(\.time).max() }

  /// The time of the slowest source that is less than `longestWait` behind.
  var reportTime: EventTime? {
    guard let latestTime else { return nil }
    return sources.lazy.map(\.time).filter { $0 >= latestTime - SourceClocks.longestWait }.min()
  }

  /// The time of the slowest source that is waited for; `nil` while somebody is who has not said
  /// anything yet. `records` of the log have been read.
  func awaitedTime(records: Int64) -> EventTime? {
    guard isRacing else { return reportTime }
    if sources.count < count, records <= SourceClocks.longPatience { return nil }
    let earliest = (latestTime ?? .distantPast) - SourceClocks.longestWait
    return sources.lazy
      .filter { $0.silence < SourceClocks.longPatience || $0.time >= earliest }
      .map(\.time).min()
  }
}

extension SourceClocks {
  func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(sources.count))
    for source in sources.sorted(by: { $0.number < $1.number }) {
      writer.write(varint: UInt64(source.number))
      writer.write(time: source.time)
      writer.write(flag: source.isRacing)
      writer.write(varint: UInt64(source.silence))
    }
  }

  mutating func restore(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    sources = []
    for _ in 0..<(try reader.readCount()) {
      guard let number = Int32(exactly: try reader.readVarint()) else {
        throw ByteReader.Malformed()
      }
      sources.append(
        Source(
          number: number, time: try reader.readTime(), isRacing: try reader.readFlag(),
          silence: try reader.readSmall()))
    }
  }
}
