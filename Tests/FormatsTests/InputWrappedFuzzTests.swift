import Attribution
import Formats
import Testing

/// Hostile bytes for the formats that wrap others or take any JSON: batches, CloudEvents, `mapped`.
@Suite struct InputWrappedFuzzTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let format: InputFormat
    let record: String
    /// Events in it, if it is left alone.
    let events: Int
  }

  private static let stages = InputFormat.mapped(
    MappedFields([.event: "/stage", .person: "/contact/email", .time: "/at", .id: "/id"]))
  private static let stage = #"""
    {"stage":"Won","contact":{"email":"ada@example.com"},"id":99,"at":"2026-03-05 08:52:34",
    "tags":["a\n","\u00e9"],"amount":"1200.00"}
    """#
  private static let envelope = #"""
    "specversion":"1.0","id":"i-1","source":"/shop","type":"com.acme.ordered","subject":"u-9",
    "time":"2026-03-05T08:52:34Z","datacontenttype":"application/json"
    """#

  static let samples = [
    Sample(testDescription: "mapped", format: stages, record: stage, events: 1),
    Sample(
      testDescription: "batch", format: .segment,
      record:
        #"{"sentAt":"2026-03-05T08:52:35Z","batch":[\#(SegmentSamples.page),\#(SegmentSamples.order)]}"#,
      events: 2),
    Sample(
      testDescription: "CloudEvents with Segment", format: .cloudEvents(data: .segment),
      record: "{\(envelope),\"data\":\(SegmentSamples.order)}", events: 1),
    Sample(
      testDescription: "CloudEvents with JSON", format: .cloudEvents(data: stages),
      record: "{\(envelope),\"data\":\(stage)}", events: 1),
  ]

  @Test(arguments: samples)
  func `a record cut off anywhere is rejected`(sample: Sample) throws {
    var decoding = try Decoding(sample.format, pointers: ["/amount", "/properties/revenue"])
    let bytes = Array(sample.record.utf8)
    for count in bytes.indices {
      let decoded = decoding.decode(Array(bytes[..<count]))
      #expect(decoded.events.isEmpty && decoded.rejections.count == 1, "after \(count) bytes")
    }
    let whole = decoding.decode(bytes)
    #expect(whole.events.count == sample.events && whole.rejections.isEmpty)
  }

  @Test(arguments: samples, [1, 2, 3] as [UInt64])
  func `changed bytes give events or rejections, and text that is valid`(
    sample: Sample, seed: UInt64
  ) throws {
    var random = SeededGenerator(state: seed)
    let pointers = ["", "/amount", "/properties/order_id", "/tags/1"]
    var decoding = try Decoding(sample.format, pointers: pointers)
    var eventCount = 0
    var rejectionCount = 0
    for _ in 0..<1_500 {
      var bytes = Array(sample.record.utf8)
      for _ in 0...random.next() % 3 {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[Int(random.next() % UInt64(bytes.count))], at: place)
        }
      }
      let decoded = decoding.decode(bytes)
      #expect(!decoded.events.isEmpty || !decoded.rejections.isEmpty)
      eventCount += decoded.events.count
      rejectionCount += decoded.rejections.count
      for event in decoded.events {
        for field in EventField.allCases { #expect(isValid(event, FieldIndex(field))) }
        for number in pointers.indices { #expect(isValid(event, FieldIndex(pointer: number))) }
      }
    }
    #expect(eventCount > 50 && rejectionCount > 50)
  }

  @Test(arguments: samples, ["\\u0000", "[", "{\"a\":", "é", "\\\"", " "])
  func `half a megabyte of one thing is harmless`(sample: Sample, unit: String) throws {
    var decoding = try Decoding(sample.format)
    let filling = String(repeating: unit, count: 400_000 / unit.utf8.count)
    for record in [
      filling, "{\"a\":\"\(filling)\",\(sample.record.dropFirst())",
      "{\"a\":\(filling),\(sample.record.dropFirst())",
    ] {
      let decoded = decoding.decode(Array(record.utf8))
      #expect(!decoded.events.isEmpty || !decoded.rejections.isEmpty)
    }
    #expect(decoding.decode(Array(sample.record.utf8)).events.count == sample.events)
  }

  private func isValid(_ event: TrackingEvent, _ field: FieldIndex) -> Bool {
    event.withText(field) { bytes in
      bytes.map { String(validating: $0, as: UTF8.self) != nil } ?? true
    }
  }
}
