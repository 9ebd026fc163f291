import ArgumentParser
import Attribution
import Formats

/// A duration on the command line: `90s`, `30m`.
struct DurationArgument: ExpressibleByArgument {
  let span: TimeSpan

  init?(argument: String) {
    guard let span = TimeSpan(argument), span > .zero else { return nil }
    self.span = span
  }
}

/// A moment on the command line, in RFC 3339: `2026-03-02T00:00:00Z`.
struct TimeArgument: ExpressibleByArgument {
  let time: EventTime

  init?(argument: String) {
    var argument = argument
    guard let time = argument.withUTF8({ EventTime(text: UnsafeRawBufferPointer($0)) }) else {
      return nil
    }
    self.time = time
  }
}
