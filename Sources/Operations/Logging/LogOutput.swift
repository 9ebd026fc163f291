package import Logging

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Writes the log to standard error: text for people on a terminal, otherwise one JSON object per
/// line.
///
/// Every line is one `write(2)` of its own and nothing is buffered, so a crash loses no line that
/// was logged before it, and lines of several threads and processes do not mix.
package struct LogOutput: LogHandler {
  /// How lines look.
  package enum Style: Hashable, Sendable {
    case json
    case text(isColored: Bool)
  }

  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  package var logLevel: Logger.Level
  private let label: String
  private let style: Style
  private let descriptor: Int32
  private let clock: @Sendable () -> Int64

  /// - `clock` gives milliseconds since 1970 in UTC; tests pass their own.
  package init(
    label: String, level: Logger.Level, style: Style, descriptor: Int32 = STDERR_FILENO,
    clock: @escaping @Sendable () -> Int64 = LogOutput.now
  ) {
    self.label = label
    self.logLevel = level
    self.style = style
    self.descriptor = descriptor
    self.clock = clock
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
    if let own = event.metadata { all.merge(own) { _, new in new } }
    if let error = event.error { all["error"] = "\(error)" }
    let entry = LogLine(
      milliseconds: clock(), level: event.level, label: label, message: "\(event.message)",
      metadata: all)
    write(Array(entry.text(in: style).utf8))
  }

  private func write(_ line: [UInt8]) {
    line.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        #else
          let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
        #endif
        if count < 0 {
          guard errno == EINTR || (errno == EAGAIN && awaitRoom()) else {
            // Nobody reads standard error any more: the program goes on without a log.
            return
          }
        }
        written += max(0, count)
      }
    }
  }

  /// Waits, at most a second, until a descriptor that does not block takes bytes again.
  private func awaitRoom() -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&request, 1, 1_000) > 0
  }

  /// The time of the system's clock: milliseconds since 1970 in UTC.
  package static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}

extension LogOutput {
  /// Text on a terminal, coloured unless `NO_COLOR` is set; JSON everywhere else.
  package static func style(
    descriptor: Int32 = STDERR_FILENO, environment: [String: String]
  ) -> Style {
    guard isatty(descriptor) == 1 else { return .json }
    let isColored = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    return .text(isColored: isColored)
  }

  /// The level of `--log-level`, else of `AFTERCLICK_LOG_LEVEL`, else `info`.
  package static func level(
    option: String?, environment: [String: String]
  ) throws(UnknownLevel) -> Logger.Level {
    if let option { return try level(named: option, source: "--log-level") }
    let variable = "AFTERCLICK_LOG_LEVEL"
    guard let name = environment[variable], !name.isEmpty else { return .info }
    return try level(named: name, source: variable)
  }

  private static func level(
    named name: String, source: String
  ) throws(UnknownLevel) -> Logger.Level {
    let folded = name.lowercased() == "warn" ? "warning" : name.lowercased()
    guard let level = Logger.Level(rawValue: folded) else {
      throw UnknownLevel(name: name, source: source)
    }
    return level
  }

  /// Makes every `Logger` of the process write here. To be called once, before the first one.
  package static func install(level: Logger.Level, environment: [String: String]) {
    let style = style(environment: environment)
    LoggingSystem.bootstrap { label in LogOutput(label: label, level: level, style: style) }
  }

  /// A level that does not exist.
  package struct UnknownLevel: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// The option or variable that named it.
    package let source: String

    package var description: String {
      let names = Logger.Level.allCases.map(\.rawValue)
      return "\(source): expected \(names.joined(separator: ", ")), "
        + "found \(ValueReader.quoted(name))\(Suggestion.phrase(for: name, among: names))"
    }
  }
}
