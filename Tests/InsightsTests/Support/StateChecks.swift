import Attribution
import Testing

@testable import Insights

/// What has to hold of every part of the state.
enum StateChecks {
  static func bytes(_ part: some StateBytes) -> [UInt8] {
    var writer = ByteWriter()
    part.write(to: &writer)
    return writer.bytes
  }

  static func read<Part: StateBytes>(
    _: Part.Type, _ bytes: some Collection<UInt8>
  ) throws(ByteReader.Malformed) -> Part {
    let bytes = Array(bytes)
    let result = bytes.withUnsafeBytes { buffer -> Result<Part, ByteReader.Malformed> in
      do throws(ByteReader.Malformed) {
        var reader = ByteReader(buffer)
        let part = try Part(from: &reader)
        guard reader.isAtEnd else { return .failure(ByteReader.Malformed()) }
        return .success(part)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Calls `body` with a reader of `bytes`.
  static func reading(_ bytes: [UInt8], _ body: (inout ByteReader) throws -> Void) throws {
    try bytes.withUnsafeBytes { buffer in
      var reader = ByteReader(buffer)
      try body(&reader)
    }
  }

  /// Comes back the same, to the last bit; and cut off anywhere, is refused.
  static func expectSound<Part: StateBytes>(_ part: Part, step: Int = 1) throws {
    let bytes = bytes(part)
    #expect(StateChecks.bytes(try read(Part.self, bytes)) == bytes)
    for length in stride(from: 0, to: bytes.count, by: step) {
      #expect(throws: ByteReader.Malformed.self, "\(length) of \(bytes.count) bytes") {
        try read(Part.self, bytes.prefix(length))
      }
    }
  }
}
