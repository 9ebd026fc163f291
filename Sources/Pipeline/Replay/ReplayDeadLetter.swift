internal import Formats
internal import Foundation

/// A line that is no event, or one of its events, as one object of `dead-letters.ndjson`.
struct ReplayDeadLetter {
  var topic: String
  var file: String
  var line: LineReader.Line
  /// What is rejected: the line, or one event of it.
  var value: UnsafeRawBufferPointer
  var stage: String
  var code: String
  var message: String

  /// Writes what is rejected as text, or in base64 where it is not valid UTF-8. Of a line over the
  /// limit that is only the beginning; `bytes` says how long it is.
  func write(to writer: inout JSONWriter) {
    writer.object { json in
      json.member("topic", topic)
      json.member("file", file)
      json.member("line", line.number)
      json.member("stage", stage)
      json.member("code", code)
      json.member("message", message)
      json.member("bytes", line.isCut ? line.count : value.count)
      if line.isCut { json.member("truncated", true) }
      if let text = String(validating: value, as: UTF8.self) {
        json.member("value", text)
      } else {
        json.member("value_base64", Data(value).base64EncodedString())
      }
    }
  }
}
