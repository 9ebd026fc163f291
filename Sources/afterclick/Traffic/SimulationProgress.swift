import Attribution
import Formats
import Foundation

/// Says on standard error how a simulation is getting on: a line that is rewritten, on a terminal.
struct SimulationProgress {
  private var lastShown = ContinuousClock.now

  private static let interval: Duration = .milliseconds(200)
  private static let isLive = isatty(STDERR_FILENO) == 1

  /// To be called often; shows a few times per second.
  mutating func show(_ totals: SimulationRun.Totals) {
    let now = ContinuousClock.now
    guard Self.isLive, now - lastShown >= Self.interval else { return }
    lastShown = now
    let line = [
      NumberText.clock(totals.elapsed), "\(NumberText.grouped(totals.events)) events",
      "\(NumberText.rate(totals.perSecond))/s", "simulated: \(Self.text(totals.reached))",
    ].joined(separator: "  ")
    Terminal.write("\r\(line)\u{1b}[K")
  }

  /// Sums up.
  static func finish(_ totals: SimulationRun.Totals, to name: String) {
    if isLive { Terminal.write("\r\u{1b}[K") }
    let megabytes = NumberText.tenths(Double(totals.bytes) / 1_000_000)
    Terminal.complain(
      "\(NumberText.grouped(totals.events)) events, \(megabytes) MB, to \(name) "
        + "in \(NumberText.tenths(totals.elapsed.inSeconds)) s "
        + "(\(NumberText.rate(totals.perSecond))/s); simulated until \(text(totals.reached))")
  }

  private static func text(_ time: EventTime) -> String {
    var bytes: [UInt8] = []
    time.append(to: &bytes)
    return String(decoding: bytes.prefix(19), as: UTF8.self) + "Z"
  }
}
