import Attribution
import Formats
import Testing

@Suite struct InputJSONTests {
  @Test(arguments: [SegmentSamples.page, SegmentSamples.order])
  func `a record cut off anywhere is rejected`(record: String) throws {
    var decoding = try Decoding(pointers: ["/properties/revenue"])
    let bytes = Array(record.utf8)
    for count in bytes.indices {
      let decoded = decoding.decode(Array(bytes[..<count]))
      #expect(decoded.events.isEmpty, "after \(count) bytes")
      #expect(decoded.rejected?.code == (count == 0 ? .empty : .invalidJSON), "after \(count)")
    }
    #expect(decoding.decode(bytes).event != nil)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `changed bytes give an event or a rejection, and text that is valid`(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let sample = Array((seed % 2 == 0 ? SegmentSamples.page : SegmentSamples.order).utf8)
    var decoding = try Decoding(pointers: ["", "/properties/products/0", "/properties/order_id"])
    var eventCount = 0
    for _ in 0..<3_000 {
      var bytes = sample
      for _ in 0...random.next() % 3 {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[Int(random.next() % UInt64(bytes.count))], at: place)
        }
      }
      let decoded = decoding.decode(bytes)
      #expect((decoded.event == nil) == (decoded.rejected != nil))
      guard let event = decoded.event else { continue }
      eventCount += 1
      #expect(EventField.allCases.allSatisfy { event.isValidText(FieldIndex($0)) })
      #expect((0..<3).allSatisfy { event.isValidText(FieldIndex(pointer: $0)) })
    }
    #expect(eventCount > 300 && eventCount < 2_700)
  }

  @Test func `bytes that are not UTF-8 are found wherever they are`() throws {
    var decoding = try Decoding()
    let bytes = Array(SegmentSamples.order.utf8)
    let inTexts = bytes.indices.dropFirst().filter { bytes[$0 - 1] != UInt8(ascii: "\\") }
    for place in inTexts {
      var bad = bytes
      bad[place] = 0xff
      #expect(decoding.decode(bad).rejected?.code == .invalidJSON, "at \(place)")
    }
  }

  @Test(
    arguments: [
      [0xc0, 0xaf], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80],
    ] as [[UInt8]])
  func `overlong, cut and impossible characters are rejected`(character: [UInt8]) throws {
    var decoding = try Decoding()
    let (start, end) = (#"{"unread":"""#.dropLast(), #""}"#)
    let decoded = decoding.decode(Array(start.utf8) + character + Array(end.utf8))
    #expect(decoded.rejected?.code == .invalidJSON)
  }

  @Test(arguments: [
    (#"a\"b\\c\/d\b\f\n\r\t"#, "a\"b\\c/d\u{8}\u{c}\n\r\t"),
    (#"\u00fc\u20AC"#, "ü€"), (#"\ud83d\ude00"#, "😀"), (#"x\u0000y"#, "x\0y"),
    ("üñ€😀", "üñ€😀"),
  ])
  func `escapes are undone`(json: String, text: String) throws {
    let record = SegmentSamples.track(#""properties":{"a":"\#(json)"}"#)
    let event = try #require(try decode(record, pointers: ["/properties/a"]).event)
    #expect(event.string(FieldIndex(pointer: 0)) == text)
  }

  @Test(arguments: [
    #"\ud83d"#, #"\ud83dx"#, #"\ud83d\u0041"#, #"\ud83d\ud83d"#, #"\ude00"#, #"\ude00\ud83d"#,
    #"\udfff"#, #"\u12"#, #"\uzzzz"#, #"\x41"#, "a\u{1}b", "a\nb", "a\tb",
  ])
  func `half surrogates, bad escapes and control characters are rejected`(json: String) throws {
    let record = SegmentSamples.track(#""properties":{"a":"\#(json)"}"#)
    let decoded = try decode(record, pointers: ["/properties/a"])
    #expect(decoded.rejected?.code == .invalidJSON)
  }

  @Test(arguments: [
    "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "01", "+1", ".5", "1.", "1e", "0x10",
    "--1", "1e+", "18446744073709551616", "-9223372036854775809",
    "123456789012345678901234567890", "True", "nul", "undefined", "'x'", "{a:1}", "[1,]",
    #"{"a":1,}"#, "/**/1", "",
  ])
  func `what JSON does not allow, or a number cannot hold, is rejected`(value: String) throws {
    #expect(
      try decode(SegmentSamples.track(#""unread":\#(value)"#)).rejected?.code == .invalidJSON)
  }

  @Test(
    arguments: [
      ("9223372036854775807", 9.223372036854775808e18),
      ("18446744073709551615", 18_446_744_073_709_551_616),
      ("-9223372036854775808", -9.223372036854775808e18), ("1e308", 1e308), ("1e-400", 0),
      ("-0", 0), ("66.50", 66.5), ("0.1", 0.1),
      ("123456789012345678901234567890.0", 1.2345678901234568e29),
    ] as [(String, Double)])
  func `numbers are read to the nearest`(json: String, number: Double) throws {
    let record = SegmentSamples.track(#""properties":{"a":\#(json)}"#)
    let event = try #require(try decode(record, pointers: ["/properties/a"]).event)
    #expect(event.number(FieldIndex(pointer: 0)) == number)
  }

  @Test(arguments: ["x", "{}", ",", "]", "\u{0}", "null", SegmentSamples.order])
  func `anything after the document is rejected`(rest: String) throws {
    #expect(try decode(SegmentSamples.order + rest).rejected?.code == .invalidJSON)
  }

  @Test func `white space around the document is fine`() throws {
    #expect(try decode(" \r\n\t\(SegmentSamples.order)\n ").event != nil)
  }

  @Test(arguments: ["", " ", "\n\t\r\n  "])
  func `a record of nothing is empty`(record: String) throws {
    #expect(try decode(record).rejected?.code == .empty)
  }

  @Test func `a record without value is a tombstone`() throws {
    let decoding = try Decoding()
    var event = decoding.event
    decoding.decoder.begin(InputRecord(value: nil))
    #expect(
      decoding.decoder.next(into: &event)
        == .rejected(RejectedInput(.tombstone, "the record has no value")))
    #expect(decoding.decoder.next(into: &event) == nil)
  }

  @Test func `unknown fields are ignored, whatever they hold`() throws {
    let odd = #""x":{"type":"page","userId":[1]},"":0,"a\u0000":[{"event":"no"}],"Event":"no""#
    let event = try #require(try decode(SegmentSamples.track(odd)).event)
    #expect(event.string(.event) == "E")
  }

  @Test func `of duplicate keys the last counts, with all that is in it`() throws {
    let record = SegmentSamples.track(
      #"""
      "event":"first","properties":{"a":1,"b":{"c":2}},"event":"last","properties":{"b":{"d":3}},
      "context":{"campaign":{"source":"s"}},"context":null
      """#)
    let pointers = ["/properties/a", "/properties/b/c", "/properties/b/d"]
    let event = try #require(try decode(record, pointers: pointers).event)
    #expect(event.string(.event) == "last")
    #expect(event.kind(FieldIndex(pointer: 0)) == .missing)
    #expect(event.kind(FieldIndex(pointer: 1)) == .missing)
    #expect(event.number(FieldIndex(pointer: 2)) == 3)
    #expect(event.kind(.source) == .missing)
  }

  @Test func `nesting is rejected beyond simdjson's limit, and never overflows the stack`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try decode(SegmentSamples.track(#""x":\#(nested(1_000))"#)).event != nil)
    #expect(
      try decode(SegmentSamples.track(#""x":\#(nested(1_024))"#)).rejected?.code == .invalidJSON)
    #expect(
      try decode(SegmentSamples.track(#""x":\#(nested(200_000))"#)).rejected?.code == .invalidJSON)
    #expect(try decode(String(repeating: "[", count: 500_000)).rejected?.code == .invalidJSON)
    #expect(
      try decode(String(repeating: #"{"a":"#, count: 100_000)).rejected?.code == .invalidJSON)
  }

  @Test func `an event does not see the one before it`() throws {
    var decoding = try Decoding(pointers: ["/properties/revenue"])
    let order = try #require(decoding.decode(SegmentSamples.order).event)
    #expect(order.number(FieldIndex(pointer: 0)) == 66.5)
    _ = decoding.decode(SegmentSamples.page)
    _ = decoding.decode("{")
    let event = try #require(decoding.decode(SegmentSamples.track(#""x":1"#)).event)
    #expect(event.kind(FieldIndex(pointer: 0)) == .missing)
    #expect(event.kind(.url) == .missing && event.kind(.source) == .missing)
    #expect(event.received == nil)
    // Copies own their text.
    #expect(order.string(.event) == "Order Completed")
  }

  @Test(
    arguments: [
      ("/a~1b", 1), ("/a~0b", 2), ("/~01", 3), ("/", 4), ("/ /%20", 5), ("/list/0", 6),
      ("/list/1/x", 7), ("/list/01", nil), ("/list/-", nil), ("/list/2", nil), ("/list/x", nil),
      ("/object/0", 8), ("/object/01", 9), ("/ü", 10), ("/a", nil), ("/list/99999999999", nil),
      ("/quote\"d", 11),
    ] as [(String, Double?)])
  func `JSON pointers are escaped as RFC 6901 says`(pointer: String, number: Double?) throws {
    let record = SegmentSamples.track(
      #"""
      "a/b":1,"a~b":2,"~1":3,"":4," ":{"%20":5},"list":[6,{"x":7}],"object":{"0":8,"01":9},"\u00fc":10,
      "quote\"d":11
      """#)
    let event = try #require(try decode(record, pointers: [pointer]).event)
    #expect(event.number(FieldIndex(pointer: 0)) == number)
  }

  @Test func `many pointers below one another are all found`() throws {
    let pointers = (0..<200).map { "/properties/p\($0)/v" } + (0..<200).map { "/properties/p\($0)" }
    let members = (0..<200).map { #""p\#($0)":{"v":\#($0)}"# }.joined(separator: ",")
    let record = SegmentSamples.track(#""properties":{\#(members)}"#)
    let event = try #require(try decode(record, pointers: pointers).event)
    #expect((0..<200).allSatisfy { event.number(FieldIndex(pointer: $0)) == Double($0) })
    #expect((200..<400).allSatisfy { event.kind(FieldIndex(pointer: $0)) == .object })
  }
}

extension TrackingEvent {
  /// Whether the field is no text, or text in valid UTF-8.
  fileprivate func isValidText(_ field: FieldIndex) -> Bool {
    withText(field) { bytes in bytes.map { String(validating: $0, as: UTF8.self) != nil } ?? true }
  }
}
