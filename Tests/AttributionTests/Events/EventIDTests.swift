import Testing

@testable import Attribution

/// Ids keep their text and order by it.
@Suite struct EventIDTests {
  private static let texts = [
    "", "a", "A", "d16ac635-6d43-4ba0-b25a-b988f773fbd7", "D16AC635-6D43-4BA0-B25A-B988F773FBD7",
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "d16ac6356d434ba0b25ab988f773fbd7", "d16ac635-6d43-4ba0-b25a-b988f773fbd", "Zürich-1",
    "d16ac635-6d43-4ba0-b25a-b988f773fbdg", "d16ac635+6d43-4ba0-b25a-b988f773fbd7",
    "7fffffff-ffff-ffff-8000-000000000000", "80000000-0000-0000-0000-000000000000",
    "7fffffff-ffff-ffff-7fff-ffffffffffff", "fffffffe", "g", "1", "9", "日本",
  ]

  @Test(arguments: texts)
  func `an id has the text it was read from`(text: String) throws {
    let id = EventID(text)
    #expect(id.description == text)
    var writer = ByteWriter()
    writer.write(eventID: id)
    let back = try writer.bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      return try reader.readEventID()
    }
    #expect(back == id)
  }

  @Test func `only the canonical spelling of a UUID is packed`() {
    let packed = EventIDTests.texts.filter { text in
      if case .uuid = EventID(text) { true } else { false }
    }
    #expect(packed.count == 6)
    #expect(packed.allSatisfy { $0 == $0.lowercased() && $0.count == 36 })
  }

  @Test func `ids are ordered as their bytes are`() {
    for left in EventIDTests.texts {
      for right in EventIDTests.texts {
        let isBefore = left.utf8.lexicographicallyPrecedes(right.utf8)
        #expect((EventID(left) < EventID(right)) == isBefore, "\(left) \(right)")
      }
    }
  }

  @Test func `different ids have different fingerprints`() {
    let prints = Set(
      EventIDTests.texts.map { [EventID($0).fingerprint.high, EventID($0).fingerprint.low] })
    #expect(prints.count == EventIDTests.texts.count)
  }
}
