import Foundation
import Synchronization
import Testing

/// The frame of a test with an application and its instances: feeds it, sums up what was done, and
/// whatever happens leaves no process behind.
final class Scene: Sendable {
  enum Event: Hashable, Sendable {
    case killed, stopped, frozen
  }

  private struct Notes {
    var events: [Event: Int] = [:]
    /// From a start to the first output after it.
    var recoveries: [Duration] = []
  }

  private let application: ShopApplication
  private let daemons: [Daemon]
  private let seed: UInt64
  private let notes = Mutex(Notes())

  init(_ application: ShopApplication, _ daemons: [Daemon], seed: UInt64) {
    self.application = application
    self.daemons = daemons
    self.seed = seed
  }

  func note(_ event: Event) {
    notes.withLock { $0.events[event, default: 0] += 1 }
  }

  /// Runs the test; after a failure tells the seed and the end of every log.
  func play(_ body: (Scene) async throws -> Void) async throws {
    do {
      try await body(self)
    } catch {
      report()
      daemons.forEach { $0.discard() }
      throw error
    }
    daemons.forEach { $0.discard() }
    try application.discard()
  }

  private func report() {
    let logs = daemons.map { $0.lastLines() }.joined(separator: "\n")
    Issue.record(
      """
      repeat it with AFTERCLICK_TEST_SEED=\(seed); everything is in \(application.folder)
      \(summary)
      \(logs)
      """)
  }

  /// Produces traffic while `body` runs, and ends with all of it stored.
  func feeding(rate: Int, limit: Int, _ body: () async throws -> Void) async throws {
    let feed = application.feed(seed: seed, rate: rate, limit: limit)
    async let feeding: Void = onThread { try feed.run() }
    do {
      try await body()
    } catch {
      feed.stop()
      try await feeding
      throw error
    }
    feed.stop()
    try await feeding
  }

  /// Waits until readers see more conversions than now, and takes the time.
  func measureUntilOutputFlows() async throws {
    let start = ContinuousClock.now
    let application = application
    try await onThread {
      let reader = try TopicReader(group: application.id)
      try reader.awaitGrowth(of: application.conversions)
      try reader.close()
    }
    notes.withLock { $0.recoveries.append(ContinuousClock.now - start) }
  }

  /// Compares all that was written with what had to be, and says what was compared.
  @discardableResult
  func audit() async throws -> ShopOutcome {
    let outcome = try await ShopOutcome(of: application)
    let differences = outcome.differences()
    let line =
      "\(application.id): \(outcome.inputs.count) events, \(outcome.conversions.count) revisions "
      + "of conversions, \(outcome.deadLetters.count) dead letters; \(summary)"
    try #require(outcome.conversions.count > 0, "nothing was attributed")
    if !differences.isEmpty {
      Issue.record("\(line)\n\(differences.joined(separator: "\n"))")
      throw WrongResult(differences: differences.count)
    }
    FileHandle.standardError.write(Data("\(line)\n".utf8))
    return outcome
  }

  struct WrongResult: Error {
    let differences: Int
  }

  private var summary: String {
    notes.withLock { notes in
      let events = notes.events.map { "\($0.value) \($0.key)" }.sorted()
      let recoveries = notes.recoveries.map(\.inSeconds).sorted()
      guard let longest = recoveries.last else { return events.joined(separator: ", ") }
      let median = recoveries[recoveries.count / 2]
      return
        (events + [
          "output after \(String(format: "%.1f", median)) s in the median, "
            + "\(String(format: "%.1f", longest)) s at most"
        ]).joined(separator: ", ")
    }
  }
}
