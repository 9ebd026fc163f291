import Foundation
import Logging
import Operations
import Testing

@Suite struct LogOutputTests {
  /// What `body` logs, byte for byte.
  private func logged(
    _ style: LogOutput.Style, level: Logger.Level = .trace, _ body: (Logger) -> Void
  ) throws -> String {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let logger = Logger(label: "test") { label in
      LogOutput(
        label: label, level: level, style: style, descriptor: descriptor,
        clock: { 1_772_700_754_120 })
    }
    body(logger)
    try pipe.fileHandleForWriting.close()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    return try #require(String(validating: data, as: UTF8.self))
  }

  @Test func `JSON lines hold time, level, message and metadata`() throws {
    let text = try logged(.json) { logger in
      logger.info("started", metadata: ["topics": ["a", "b"], "count": "2", "at": ["x": "y"]])
    }
    #expect(
      text == #"{"time":"2026-03-05T08:52:34.120Z","level":"info","logger":"test","#
        + #""message":"started","metadata":{"at":{"x":"y"},"count":"2","topics":["a","b"]}}"#
        + "\n")
  }

  @Test func `a logged value can end neither its line nor its string`() throws {
    let nasty = "a\"b\\c\nd\u{1b}[2J\u{2028}é\u{0}"
    let json = try logged(.json) { $0.error("\(nasty)", metadata: ["\(nasty)": "\(nasty)"]) }
    #expect(json.split(separator: "\n").count == 1)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["message"] as? String == nasty)
    #expect((object["metadata"] as? [String: String])?[nasty] == nasty)
    let plain = try logged(.text(isColored: false)) {
      $0.error("\(nasty)", metadata: ["k": "\(nasty)"])
    }
    #expect(plain.split(separator: "\n").count == 1)
    #expect(!plain.contains("\u{1b}"))
  }

  @Test func `text is for people`() throws {
    let plain = try logged(.text(isColored: false)) { $0.warning("slow", metadata: ["ms": "12"]) }
    #expect(plain == "08:52:34.120Z WARNING  slow ms=12\n")
    let colored = try logged(.text(isColored: true)) { $0.warning("slow") }
    #expect(colored.contains("\u{1b}[33mWARNING\u{1b}[0m"))
  }

  @Test func `levels below the threshold are not written`() throws {
    let text = try logged(.json, level: .warning) { logger in
      logger.info("a")
      logger.warning("b")
    }
    #expect(text.split(separator: "\n").count == 1)
  }

  @Test func `metadata of the logger and of the event are joined`() throws {
    let text = try logged(.text(isColored: false)) { logger in
      var logger = logger
      logger[metadataKey: "partition"] = "3"
      logger.info("x", metadata: ["offset": "9"])
    }
    #expect(text.hasSuffix("x offset=9 partition=3\n"))
  }

  @Test func `lines of several threads do not mix`() async throws {
    let text = try logged(.json) { logger in
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for _ in 0..<20 { logger.info("\(String(repeating: "x", count: 100))\(thread)") }
      }
    }
    let lines = text.split(separator: "\n")
    #expect(lines.count == 160)
    #expect(lines.allSatisfy { $0.hasPrefix("{\"time\"") && $0.hasSuffix("}") })
  }

  @Test func `a level comes from the option, else from the environment`() throws {
    let environment = ["AFTERCLICK_LOG_LEVEL": "debug"]
    #expect(try LogOutput.level(option: nil, environment: [:]) == .info)
    #expect(try LogOutput.level(option: nil, environment: environment) == .debug)
    #expect(try LogOutput.level(option: "WARN", environment: environment) == .warning)
    let error = #expect(throws: LogOutput.UnknownLevel.self) {
      try LogOutput.level(option: "inof", environment: [:])
    }
    #expect(error?.description.hasSuffix("found `inof`; did you mean `info`?") == true)
  }

  @Test func `what is no terminal gets JSON`() {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(LogOutput.style(descriptor: descriptor, environment: [:]) == .json)
  }
}
