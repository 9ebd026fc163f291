import Testing

@testable import Attribution
@testable import Formats

@Suite struct ModelWeightsCodecTests {
  private static let weights = DataDrivenModel.Weights(
    version: 300, channels: [NamedWeight("Email", 1_000_000), NamedWeight("Søg", 0)], other: 7)

  @Test func `weights come back as they went`() throws {
    var writer = ByteWriter()
    ModelWeightsCodec.write(ModelWeightsCodecTests.weights, to: &writer)
    let read = try writer.bytes.withUnsafeBytes { try ModelWeightsCodec.read($0) }
    #expect(read == ModelWeightsCodecTests.weights)
  }

  @Test func `what is cut off, or goes on, is malformed`() {
    var writer = ByteWriter()
    ModelWeightsCodec.write(ModelWeightsCodecTests.weights, to: &writer)
    for bytes in (0..<writer.bytes.count).map({ Array(writer.bytes[..<$0]) }) + [writer.bytes + [0]]
    {
      #expect(throws: ByteReader.Malformed.self) {
        try bytes.withUnsafeBytes { try ModelWeightsCodec.read($0) }
      }
    }
  }
}
