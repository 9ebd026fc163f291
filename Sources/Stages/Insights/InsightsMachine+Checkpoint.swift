package import Attribution
internal import Insights

/// Names one piece of a saved board: a record of the insights changelog.
struct InsightsStateKey: Hashable, Sendable {
  var kind: UInt8
  var name: String

  /// The key of the record that closes a checkpoint.
  static let marker: [UInt8] = [0]
  private static let piece: UInt8 = 1

  /// The key of the piece `number` of this part.
  func bytes(piece number: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(byte: InsightsStateKey.piece)
    writer.write(byte: kind)
    writer.write(varint: UInt64(number))
    writer.write(text: name)
    return writer.bytes
  }
}

/// What the last checkpoint holds of one part.
struct SavedPart: Hashable, Sendable {
  var pieces: Int
  var hash: UInt64
}

// Saving. A checkpoint is whole: everything that has changed, and the marker that says of what it
// consists, go into one transaction. Parts are cut into pieces that a broker takes as records.
extension InsightsMachine {
  /// Version 1 knew nothing of who left, version 2 held nothing back, version 3 had conversions not by
  /// day.
  private static let version: UInt8 = 4
  /// The kind of the part with what is held back; the board has kinds from 0 on.
  private static let heldKind: UInt8 = 255
  /// Bytes of a piece: a record must stay below what brokers take by default, 1 MiB.
  package static let pieceBytes = 512 << 10

  /// Whether a checkpoint would say anything new, and may: as long as the machine only repeats what
  /// was committed before it was restored, the changelog may be ahead of it.
  package var needsCheckpoint: Bool { isChanged && nextOffset >= emitsFrom }

  /// Writes a checkpoint at the present offset: everything of it has to be committed as one.
  ///
  /// `partition` is the changelog's, which is the insights log's own. Returns how many bytes of the
  /// state were gone through, changed or not.
  @discardableResult
  package mutating func writeCheckpoint(partition: Int32, to output: inout OutgoingRecords) -> Int {
    guard needsCheckpoint else { return 0 }
    isChanged = false
    var size = 0
    var former = saved
    saved = [:]
    for part in board.takeParts() + [heldPart] {
      let key = InsightsStateKey(kind: part.kind, name: part.name)
      let before = former.removeValue(forKey: key)
      guard let bytes = part.bytes else {
        guard let before else { preconditionFailure("\(key) is not saved, nor has it changed") }
        saved[key] = before
        continue
      }
      let hash = bytes.withUnsafeBytes { StableHash.fold64($0) }
      let count = max(
        1, (bytes.count + InsightsMachine.pieceBytes - 1) / InsightsMachine.pieceBytes)
      size += bytes.count
      saved[key] = SavedPart(pieces: count, hash: hash)
      guard before?.hash != hash || before?.pieces != count else { continue }
      for number in 0..<count {
        let start = number * InsightsMachine.pieceBytes
        let end = min(bytes.count, start + InsightsMachine.pieceBytes)
        output.append(
          to: .insightsChangelog, partition: partition, key: key.bytes(piece: number),
          value: Array(bytes[start..<end]))
      }
      forget(key, from: count, of: before, partition, &output)
    }
    // What the rules no longer know.
    for key in former.keys.sorted(by: { ($0.kind, $0.name) < ($1.kind, $1.name) }) {
      forget(key, from: 0, of: former[key], partition, &output)
    }
    output.append(
      to: .insightsChangelog, partition: partition, key: InsightsStateKey.marker,
      value: markerBytes)
    return size
  }

  private var heldPart: InsightsBoard.Part {
    var part = ByteWriter()
    held.write(to: &part)
    return InsightsBoard.Part(kind: InsightsMachine.heldKind, name: "", bytes: part.bytes)
  }

  private func forget(
    _ key: InsightsStateKey, from first: Int, of saved: SavedPart?, _ partition: Int32,
    _ output: inout OutgoingRecords
  ) {
    for number in first..<max(first, saved?.pieces ?? 0) {
      output.append(
        to: .insightsChangelog, partition: partition, key: key.bytes(piece: number), value: nil)
    }
  }

  private var markerBytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(byte: InsightsMachine.version)
    writer.write(signed: nextOffset)
    board.writeHead(to: &writer)
    sources.write(to: &writer)
    lateness.write(to: &writer)
    writer.write(varint: UInt64(saved.count))
    for (key, part) in saved.sorted(by: { ($0.key.kind, $0.key.name) < ($1.key.kind, $1.key.name) })
    {
      writer.write(byte: key.kind)
      writer.write(text: key.name)
      writer.write(varint: UInt64(part.pieces))
    }
    return writer.bytes
  }
}

/// Records of an insights changelog, gathered until all are read: the last of each key stands.
package struct InsightsChangelog: Sendable {
  private var records: [[UInt8]: [UInt8]] = [:]

  package init() {}

  package mutating func add(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
    records[Array(key)] = value.map { Array($0) }
  }

  package var hasCheckpoint: Bool { records[InsightsStateKey.marker] != nil }

  fileprivate func marker() throws(ByteReader.Malformed) -> [UInt8] {
    guard let marker = records[InsightsStateKey.marker] else { throw ByteReader.Malformed() }
    return marker
  }

  fileprivate func bytes(
    of key: InsightsStateKey, pieces: Int
  ) throws(ByteReader.Malformed) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in 0..<pieces {
      guard let piece = records[key.bytes(piece: number)] else { throw ByteReader.Malformed() }
      bytes += piece
    }
    return bytes
  }
}

// Restoring.
extension InsightsMachine {
  /// Takes up the checkpoint in `changelog`; without one, stays as it is.
  package mutating func restore(
    from changelog: InsightsChangelog
  ) throws(ByteReader.Malformed) {
    guard changelog.hasCheckpoint else { return }
    let marker = try changelog.marker()
    try marker.withUnsafeBufferPointer { (bytes) throws(ByteReader.Malformed) in
      var reader = ByteReader(UnsafeRawBufferPointer(bytes))
      try restore(from: &reader, changelog)
      guard reader.isAtEnd else { throw ByteReader.Malformed() }
    }
  }

  private mutating func restore(
    from reader: inout ByteReader, _ changelog: InsightsChangelog
  ) throws(ByteReader.Malformed) {
    guard try reader.readByte() == InsightsMachine.version else { throw ByteReader.Malformed() }
    nextOffset = try reader.readSigned()
    guard nextOffset >= 0 else { throw ByteReader.Malformed() }
    try board.restoreHead(from: &reader)
    try sources.restore(from: &reader)
    lateness = try UsualLateness(from: &reader)
    for _ in 0..<(try reader.readCount()) {
      let key = InsightsStateKey(kind: try reader.readByte(), name: try reader.readText())
      guard let pieces = Int(exactly: try reader.readVarint()), pieces > 0 else {
        throw ByteReader.Malformed()
      }
      let part = try changelog.bytes(of: key, pieces: pieces)
      try part.withUnsafeBufferPointer { (buffer) throws(ByteReader.Malformed) in
        let bytes = UnsafeRawBufferPointer(buffer)
        if key.kind == InsightsMachine.heldKind {
          var reader = ByteReader(bytes)
          held = try HeldFacts(from: &reader)
        } else {
          try board.restore(kind: key.kind, name: key.name, bytes)
        }
        saved[key] = SavedPart(pieces: pieces, hash: StableHash.fold64(bytes))
      }
    }
  }
}
