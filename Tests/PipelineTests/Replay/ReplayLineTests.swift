import Pipeline
import Testing

/// What is a line, and what becomes of lines that are no events.
@Suite struct ReplayLineTests {
  private let directory: TemporaryDirectory
  private let good: [[UInt8]]

  init() throws {
    directory = try TemporaryDirectory()
    good = ShopReplay.lines(ShopReplay.traffic(2_000)).split(separator: 0x0a).map(Array.init)
  }

  private func joined(_ lines: [[UInt8]], _ end: String = "\n") -> [UInt8] {
    Array(lines.joined(separator: Array(end.utf8))) + Array(end.utf8)
  }

  @Test func `carriage returns before line feeds make no difference`() throws {
    let plain = try directory.replay(joined(good))
    #expect(try directory.replay(joined(good, "\r\n")).conversions == plain.conversions)
    #expect(plain.report.deadLetters.isEmpty)
  }

  @Test func `the last line needs no end`() throws {
    let bytes = joined(good)
    let outcome = try directory.replay(bytes.dropLast())
    #expect(outcome.conversions == (try directory.replay(bytes).conversions))
    #expect(outcome.report.lines == good.count)
  }

  @Test func `a byte order mark belongs to no line`() throws {
    let plain = try directory.replay(joined(good))
    let marked = try directory.replay([0xef, 0xbb, 0xbf] + joined(good))
    #expect(marked.conversions == plain.conversions)
    #expect(marked.report.deadLetters.isEmpty)
  }

  @Test(arguments: ["", "\n", "\r\n", "\u{feff}", "x", "\u{feff}\n\n"])
  func `files with next to nothing in them`(text: String) throws {
    let outcome = try directory.replay(Array(text.utf8))
    let lines = ["": 0, "\u{feff}": 0, "\u{feff}\n\n": 2][text] ?? 1
    #expect(outcome.report.lines == lines)
    #expect(outcome.letters.count == lines)
  }

  @Test func `an empty line is a dead letter`() throws {
    let outcome = try directory.replay(joined([good[0], [], good[1]]))
    #expect(outcome.report.deadLetters == ["empty": 1])
    #expect(
      outcome.letters == [
        """
        {"topic":"web-events","file":"\(directory.file("events"))","line":2,"stage":"intake",\
        "code":"empty","message":"the record holds nothing","bytes":0,"value":""}
        """
      ])
  }

  @Test(arguments: [
    ("{\"type\":\"track\"", "invalid_json"), ("[1,2]", "not_an_object"), ("   ", "empty"),
    ("{}", "wrong_type"), ("{\"type\":\"page\"}", "missing_person"),
  ])
  func `garbage becomes a dead letter, and the events after it count`(
    garbage: String, code: String
  ) throws {
    let plain = try directory.replay(joined(good))
    let mixed = good.enumerated().flatMap { index, line in
      index % 100 == 0 ? [Array(garbage.utf8), line] : [line]
    }
    let outcome = try directory.replay(joined(mixed))
    #expect(outcome.conversions == plain.conversions)
    #expect(outcome.report.deadLetters == [code: 20])
    #expect(outcome.letters.allSatisfy { $0.contains("\"code\":\"\(code)\"") })
  }

  @Test func `a line that is not UTF-8 is kept in base64`() throws {
    let outcome = try directory.replay([0xff, 0xfe, 0x0a])
    #expect(outcome.letters.first?.contains("\"value_base64\":\"//4=\"") == true)
    #expect(outcome.letters.first?.contains("\"value\":") == false)
  }

  @Test func `a dead letter repeats the line, quotes and control characters included`() throws {
    let outcome = try directory.replay(Array("say \"hi\"\t\\ \u{1}ü\n".utf8))
    let expected = #""value":"say \"hi\"\u0009\\ \u0001ü""#
    #expect(outcome.letters.first?.contains(expected) == true, "\(outcome.letters)")
  }

  @Test(arguments: [999, 1_000, 1_001, 1_002, 1_003, 20_000, 300_000, 3_000_000], ["\n", "\r\n"])
  func `a line over the limit is a dead letter, one up to it is read`(
    length: Int, end: String
  ) throws {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: length)
    let outcome = try directory.replay(
      joined([good[0], long, good[1]], end), recordBytes: 1_000)
    #expect(outcome.report.lines == 3)
    let code = length > 1_000 ? "too_large" : "invalid_json"
    #expect(outcome.report.deadLetters == [code: 1])
    let letter = try #require(outcome.letters.first)
    #expect(letter.contains("\"bytes\":\(length)"))
    #expect(letter.contains("\"truncated\":true") == (length > 1_000))
    #expect(letter.utf8.count < 20_000)
  }

  @Test(arguments: [2_000, 100_000])
  func `a long line at the end of the file is one dead letter`(length: Int) throws {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: length)
    let outcome = try directory.replay(good[0] + [0x0a] + long, recordBytes: 1_000)
    #expect(outcome.report.lines == 2)
    #expect(outcome.report.deadLetters == ["too_large": 1])
  }

  @Test func `what is kept of a long line is not cut inside a character`() throws {
    for shift in 0..<3 {
      let text = String(repeating: "x", count: shift) + String(repeating: "€", count: 30_000)
      let outcome = try directory.replay(Array(text.utf8), recordBytes: 1_000)
      #expect(outcome.letters.first?.contains("€€€\"}") == true)
    }
  }
}
