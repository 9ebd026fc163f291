package import Attribution

/// Closes a checkpoint: everything before `resumeOffset` of the journeys log is in the changelog.
///
/// A restored machine takes up stream time from here and replays the log from `resumeOffset`.
package struct CheckpointMarker: Hashable, Sendable {
  /// The next offset of the journeys log that the checkpoint does not cover as a whole.
  package var resumeOffset: Int64
  /// Stream time before that offset.
  package var streamTime: EventTime
  /// What `data_driven` went by before that offset.
  package var weights: LearnedWeights

  package init(
    resumeOffset: Int64, streamTime: EventTime, weights: LearnedWeights = LearnedWeights()
  ) {
    self.resumeOffset = resumeOffset
    self.streamTime = streamTime
    self.weights = weights
  }

  /// The marker's key in the changelog; journeys have keys of sixteen bytes.
  package static let key: [UInt8] = [0]
  /// Version 1, which had no weights, is read as well.
  private static let version: UInt8 = 2
  private static let firstVersion: UInt8 = 1

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(byte: CheckpointMarker.version)
    writer.write(signed: resumeOffset)
    writer.write(signed: streamTime.milliseconds)
    weights.write(to: &writer)
    return writer.bytes
  }

  package init(_ bytes: UnsafeRawBufferPointer) throws(ByteReader.Malformed) {
    var reader = ByteReader(bytes)
    let version = try reader.readByte()
    guard (CheckpointMarker.firstVersion...CheckpointMarker.version).contains(version) else {
      throw ByteReader.Malformed()
    }
    resumeOffset = try reader.readSigned()
    streamTime = EventTime(milliseconds: try reader.readSigned())
    weights =
      version == CheckpointMarker.firstVersion ? LearnedWeights() : try LearnedWeights(&reader)
    guard resumeOffset >= 0, streamTime == .distantPast || streamTime.isWritable, reader.isAtEnd
    else { throw ByteReader.Malformed() }
  }
}

extension JourneyKey {
  /// The journey's key in the changelog and the local store.
  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.bytes.reserveCapacity(16)
    writer.write(fixed: high)
    writer.write(fixed: low)
    return writer.bytes
  }

  package init(_ bytes: UnsafeRawBufferPointer) throws(ByteReader.Malformed) {
    var reader = ByteReader(bytes)
    self.init(high: try reader.readFixed(), low: try reader.readFixed())
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
  }
}
