import Foundation
import Pipeline

/// Says on standard error how a replay is getting on: a line that is rewritten, on a terminal, and
/// a summary at the end.
struct ReplayDisplay {
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private let isLive: Bool
  private var isLineOpen = false

  private static let interval = Duration.milliseconds(200)

  /// A line between results on the same terminal would only be in the way.
  init(resultsOnStandardOutput: Bool) {
    isLive =
      isatty(STDERR_FILENO) == 1 && !(resultsOnStandardOutput && isatty(STDOUT_FILENO) == 1)
  }

  /// Shows how far the replay has come, a few times per second.
  mutating func show(_ report: ReplayReport) {
    let now = ContinuousClock.now
    guard isLive, now - lastShown >= ReplayDisplay.interval else { return }
    lastShown = now
    isLineOpen = true
    var parts: [String] = []
    if let fraction = report.fraction { parts.append("\(Int(fraction * 100)) %") }
    parts.append("\(Self.grouped(report.lines)) events")
    parts.append("\(Self.rate(report.lines, in: now - start)) events/s")
    parts.append("\(Self.grouped(report.conversions)) conversions")
    // To the line's beginning, and after the text away with what is left of a longer one.
    Terminal.write("\r\(parts.joined(separator: "  "))\u{1b}[K")
  }

  /// Ends the line, and sums up.
  func finish(_ report: ReplayReport) {
    let elapsed = ContinuousClock.now - start
    let seconds =
      Double(elapsed.components.seconds)
      + Double(elapsed.components.attoseconds) / 1e18
    if isLineOpen { Terminal.write("\r\u{1b}[K") }
    var lines = [
      "\(Self.grouped(report.lines)) events in \(String(format: "%.2f", seconds)) s "
        + "(\(Self.rate(report.lines, in: elapsed)) events/s)",
      "\(Self.grouped(report.conversions)) conversions, "
        + "\(Self.grouped(report.revisions)) revisions",
    ]
    if report.late > 0 { lines.append("\(Self.grouped(report.late)) late events") }
    if report.screened > 0 {
      lines.append("\(Self.grouped(report.screened)) events of robots and the like left out")
    }
    if report.unidentified > 0 {
      lines.append("\(Self.grouped(report.unidentified)) events whose ids identify nobody")
    }
    if report.moved > 0 {
      lines.append("\(Self.grouped(report.moved)) events moved to the person whose they are")
    }
    if report.withoutConsent > 0 {
      let stripped = report.strippedConversions.sorted { $0.key < $1.key }
        .map { "\($0.key) \(Self.grouped($0.value))" }
      lines.append(
        "\(Self.grouped(report.withoutConsent)) events without consent"
          + (stripped.isEmpty
            ? "" : ", among them conversions: \(stripped.joined(separator: ", "))"))
    }
    if report.erasures > 0 { lines.append("\(Self.grouped(report.erasures)) erasures") }
    if report.futureTimes > 0 {
      lines.append("\(Self.grouped(report.futureTimes)) events with a time in the future")
    }
    let rejected = report.deadLetters.values.reduce(0, +)
    let reasons = report.deadLetters.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \(Self.grouped($0.value))" }
    lines.append(
      "\(Self.grouped(rejected)) dead letters"
        + (reasons.isEmpty ? "" : ": \(reasons.joined(separator: ", "))"))
    lines.forEach(Terminal.complain)
  }

  private static func rate(_ count: Int, in duration: Duration) -> String {
    let seconds =
      Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    return grouped(seconds > 0 ? Int(Double(count) / seconds) : count)
  }

  /// The number with a comma between thousands, whatever the locale.
  private static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    var index = digits.count - 3
    while index > 0 {
      digits.insert(",", at: index)
      index -= 3
    }
    return String(digits)
  }
}
