internal import Attribution

/// A conversion that is counted, in few bytes: hardly any is looked at again, and then as a whole.
struct PackedConversion: Sendable {
  let revision: Int
  /// Days of UTC between 1970 and the conversion.
  let day: Int64
  /// As in a checkpoint.
  let bytes: [UInt8]

  /// `writer` is used to write it, and holds nothing of use before or after.
  init(_ conversion: ReportedConversion, using writer: inout ByteWriter) {
    revision = conversion.revision
    day = PackedConversion.day(of: conversion.time)
    writer.bytes.removeAll(keepingCapacity: true)
    conversion.write(to: &writer)
    bytes = writer.bytes.withUnsafeBufferPointer { Array($0) }
  }

  static func day(of time: EventTime) -> Int64 {
    let length = TimeSpan.days(1).milliseconds
    return (time.milliseconds - (time.milliseconds < 0 ? length - 1 : 0)) / length
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
