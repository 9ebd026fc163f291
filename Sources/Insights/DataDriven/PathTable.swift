package import Attribution

/// How often each sequence of channels was seen, with and without a conversion at its end.
///
/// Corrections are counts below zero: a path that turned out otherwise is taken out and put in anew.
package struct PathTable: Sendable {
  /// One sequence of channels.
  package struct Entry: Hashable, Sendable {
    /// Indices of channels.
    package let path: [UInt16]
    package internal(set) var conversions: Int
    package internal(set) var others: Int
  }

  /// Distinct paths that are counted. Beyond it, new ones are counted by their last channels alone.
  package static let limit = 20_000
  /// Distinct channels. Beyond it, new ones are one, `other`.
  package static let channelLimit = 256
  /// Touchpoints of a path that are told apart: of longer paths, the last.
  package static let longest = 24
  package static let other = "(other)"

  /// Names, in order of appearance.
  package private(set) var channels: [String] = []
  /// In order of appearance.
  package private(set) var entries: [Entry] = []
  private var places: [[UInt16]: Int] = [:]
  private var channelPlaces: [String: UInt16] = [:]

  package init() {}

  /// What is counted, by name, in order of appearance.
  var named: [(path: [String], conversions: Int, others: Int)] {
    entries.map { ($0.path.map { channels[Int($0)] }, $0.conversions, $0.others) }
  }

  /// Paths that ended with a conversion.
  package var conversions: Int { entries.reduce(0) { $0 + $1.conversions } }
  /// Paths that ended without one.
  package var others: Int { entries.reduce(0) { $0 + $1.others } }

  /// Counts `path` so many times; a negative count takes it back.
  package mutating func add(_ path: [String], isConversion: Bool, count: Int = 1) {
    guard !path.isEmpty else { return }
    var key = path.suffix(PathTable.longest).map { channel($0) }
    if entries.count >= PathTable.limit, places[key] == nil { key = Array(key.suffix(1)) }
    let place = place(of: key)
    if isConversion {
      entries[place].conversions += count
    } else {
      entries[place].others += count
    }
  }

  /// Where a path of these channels is; added if it is new.
  private mutating func place(of path: [UInt16]) -> Int {
    if let place = places[path] { return place }
    places[path] = entries.count
    entries.append(Entry(path: path, conversions: 0, others: 0))
    return entries.count - 1
  }

  private mutating func channel(_ name: String) -> UInt16 {
    if let place = channelPlaces[name] { return place }
    let known = channels.count < PathTable.channelLimit - 1 ? name : PathTable.other
    if let place = channelPlaces[known] { return place }
    let place = UInt16(channels.count)
    channelPlaces[known] = place
    channels.append(known)
    return place
  }

  /// The paths with the most conversions, at most `count`; among equals the one that came first.
  package func top(_ count: Int) -> [(path: [String], conversions: Int)] {
    let order = entries.indices.filter { entries[$0].conversions > 0 }
      .sorted { (entries[$1].conversions, $0) < (entries[$0].conversions, $1) }
    return order.prefix(count).map { index in
      (entries[index].path.map { channels[Int($0)] }, entries[index].conversions)
    }
  }
}

extension PathTable: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(channels.count))
    for channel in channels { writer.write(text: channel) }
    writer.write(varint: UInt64(entries.count))
    for entry in entries {
      writer.write(varint: UInt64(entry.path.count))
      for channel in entry.path { writer.write(varint: UInt64(channel)) }
      writer.write(signed: Int64(entry.conversions))
      writer.write(signed: Int64(entry.others))
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    for place in 0..<(try reader.readCount()) {
      let name = try reader.readText()
      guard place < PathTable.channelLimit, channelPlaces[name] == nil else {
        throw ByteReader.Malformed()
      }
      channelPlaces[name] = UInt16(place)
      channels.append(name)
    }
    for _ in 0..<(try reader.readCount()) {
      var path: [UInt16] = []
      for _ in 0..<(try reader.readCount()) {
        let channel = try reader.readSmall()
        guard channel < channels.count else { throw ByteReader.Malformed() }
        path.append(UInt16(channel))
      }
      guard !path.isEmpty, places[path] == nil else { throw ByteReader.Malformed() }
      places[path] = entries.count
      entries.append(
        Entry(
          path: path, conversions: Int(try reader.readSigned()),
          others: Int(try reader.readSigned())))
    }
  }
}
