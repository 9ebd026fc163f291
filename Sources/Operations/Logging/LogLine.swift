internal import Attribution
internal import Formats
internal import Logging

/// One line of the log, before it is written.
struct LogLine {
  let milliseconds: Int64
  let level: Logger.Level
  let label: String
  let message: String
  let metadata: Logger.Metadata

  /// The line with its newline at the end and no other.
  func text(in style: LogOutput.Style) -> String {
    switch style {
    case .json: json + "\n"
    case .text(let isColored): plain(isColored) + "\n"
    }
  }

  /// Metadata in the order of its keys, so that equal events give equal lines.
  private var sortedMetadata: [(key: String, value: Logger.Metadata.Value)] {
    metadata.sorted { $0.key < $1.key }
  }
}

// JSON.
extension LogLine {
  private var json: String {
    var line = "{\"time\":\"\(LogLine.timestamp(milliseconds))\",\"level\":\"\(level.rawValue)\""
    line += ",\"logger\":\(LogLine.jsonString(label)),\"message\":\(LogLine.jsonString(message))"
    if !metadata.isEmpty { line += ",\"metadata\":\(LogLine.json(.dictionary(metadata)))" }
    return line + "}"
  }

  private static func json(_ value: Logger.Metadata.Value) -> String {
    switch value {
    case .string(let text): return jsonString(text)
    case .stringConvertible(let value): return jsonString("\(value)")
    case .array(let values): return "[" + values.map(json).joined(separator: ",") + "]"
    case .dictionary(let values):
      let members = values.sorted { $0.key < $1.key }
        .map { "\(jsonString($0.key)):\(json($0.value))" }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  private static func jsonString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      // Controls, and the two that end a line for JavaScript.
      case _
      where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
        || (0x2028...0x2029).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

// Text.
extension LogLine {
  private func plain(_ isColored: Bool) -> String {
    let time = LogLine.timestamp(milliseconds).dropFirst(11)
    let name = level.rawValue.uppercased()
    let padding = String(repeating: " ", count: max(0, 8 - name.count))
    func colored(_ text: String, _ code: String) -> String {
      isColored ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
    var line = "\(colored(String(time), "2")) \(colored(name, color))\(padding) "
    line += LogLine.oneLine(message)
    for (key, value) in sortedMetadata {
      line += " " + colored("\(LogLine.oneLine(key))=", "2") + LogLine.oneLine("\(value)")
    }
    return line
  }

  private var color: String {
    switch level {
    case .trace, .debug: "2"
    case .info: "32"
    case .notice: "36"
    case .warning: "33"
    case .error: "31"
    case .critical: "1;31"
    }
  }

  /// `text` without controls: a logged value can neither start a line nor move the cursor.
  private static func oneLine(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += " "
      case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value): result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// RFC 3339 in UTC with milliseconds: `2026-03-05T08:52:34.120Z`.
  private static func timestamp(_ milliseconds: Int64) -> String {
    var bytes: [UInt8] = []
    EventTime(milliseconds: milliseconds).append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
