internal import Attribution

/// A conversion that is counted, in few bytes: hardly any is looked at again, and then as a whole.
struct PackedConversion: Sendable {
  let revision: Int
  let time: EventTime
  /// As in a checkpoint.
  let bytes: [UInt8]

  /// `writer` is used to write it, and holds nothing of use before or after.
  init(_ conversion: ReportedConversion, using writer: inout ByteWriter) {
    revision = conversion.revision
    time = conversion.time
    writer.bytes.removeAll(keepingCapacity: true)
    conversion.write(to: &writer)
    bytes = writer.bytes.withUnsafeBufferPointer { Array($0) }
  }

  var conversion: ReportedConversion {
    bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      do throws(ByteReader.Malformed) {
        return try ReportedConversion(from: &reader)
      } catch {
        preconditionFailure("a conversion that was counted cannot be read")
      }
    }
  }
}
