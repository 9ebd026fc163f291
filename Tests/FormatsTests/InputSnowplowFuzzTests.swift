import Attribution
import Formats
import Testing

@Suite struct InputSnowplowFuzzTests {
  private static let pointers = [
    "", "/tr_total", "/contexts_com_acme_product_2/1/sku",
    "/unstruct_event_com_acme_shop_1_add_to_cart_1/price",
  ]

  @Test(arguments: [
    SnowplowSamples.page, SnowplowSamples.line(SnowplowSamples.cartValues),
    SnowplowSamples.pageObject,
  ])
  func `a record cut off anywhere is rejected`(record: String) throws {
    var decoding = try Decoding(.snowplow, pointers: Self.pointers)
    let bytes = Array(record.utf8)
    // Nothing shows that the last column of a line was longer, and nobody reads it.
    let lastTab = bytes.lastIndex(of: UInt8(ascii: "\t"))
    for count in bytes.indices where count <= lastTab ?? .max {
      let decoded = decoding.decode(Array(bytes[..<count]))
      #expect(decoded.events.isEmpty && decoded.rejections.count == 1, "after \(count) bytes")
    }
    #expect(decoding.decode(bytes).event != nil)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `changed bytes give an event or a rejection, and text that is valid`(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let samples = [
      SnowplowSamples.page, SnowplowSamples.line(SnowplowSamples.cartValues),
      SnowplowSamples.pageWithColumns,
    ].map { Array($0.utf8) }
    var decoding = try Decoding(.snowplow, pointers: Self.pointers)
    var eventCount = 0
    for round in 0..<2_000 {
      var bytes = samples[round % samples.count]
      for _ in 0...random.next() % 3 {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[Int(random.next() % UInt64(bytes.count))], at: place)
        }
      }
      let decoded = decoding.decode(bytes)
      #expect(decoded.events.count + decoded.rejections.count == 1)
      guard let event = decoded.event else { continue }
      eventCount += 1
      for field in EventField.allCases { #expect(isValid(event, FieldIndex(field))) }
      for number in Self.pointers.indices { #expect(isValid(event, FieldIndex(pointer: number))) }
    }
    #expect(eventCount > 100 && eventCount < 1_900)
  }

  @Test func `bytes that are not UTF-8 are found wherever they are`() throws {
    var decoding = try Decoding(.snowplow)
    let bytes = Array(SnowplowSamples.page.utf8)
    for place in stride(from: 0, to: bytes.count, by: 7) {
      var bad = bytes
      bad[place] = 0xff
      #expect(decoding.decode(bad).rejected?.code == .invalidText, "at \(place)")
    }
  }

  @Test(arguments: ["\t", "{", "x", "\n", "\u{0}", "é", "{}", "\t{"])
  func `half a megabyte of one thing is harmless`(unit: String) throws {
    let record = String(repeating: unit, count: (512 << 10) / unit.utf8.count)
    let decoded = try decode(record, .snowplow)
    #expect(decoded.events.isEmpty && decoded.rejections.count == 1)
    #expect((decoded.rejected?.message.utf8.count ?? .max) < 400)
  }

  @Test func `an event does not see the one before it`() throws {
    var decoding = try Decoding(.snowplow, pointers: Self.pointers)
    _ = decoding.decode(SnowplowSamples.page)
    let cart = try #require(
      decoding.decode(SnowplowSamples.line(SnowplowSamples.cartValues)).event)
    #expect(!cart.has(.source) && !cart.has(.userID))
    #expect(cart.kind(FieldIndex(pointer: 2)) == .missing)
    #expect(cart.number(FieldIndex(pointer: 3)) == 66.5)
    _ = decoding.decode("{")
    let page = try #require(decoding.decode(SnowplowSamples.page).event)
    #expect(page.string(FieldIndex(pointer: 2)) == "b")
    #expect(page.kind(FieldIndex(pointer: 3)) == .missing)
  }

  private func isValid(_ event: TrackingEvent, _ field: FieldIndex) -> Bool {
    event.withText(field) { bytes in
      bytes.map { String(validating: $0, as: UTF8.self) != nil } ?? true
    }
  }
}
