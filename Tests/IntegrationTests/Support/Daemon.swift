import Foundation
import Synchronization
import Testing

/// One instance of the built daemon, over all its lives: killed and started again, it keeps its
/// configuration, its instance id, its folder and its log.
final class Daemon: Sendable {
  let instanceID: String
  let configurationPath: String
  let logPath: String
  /// Where it keeps local copies of its state.
  let statePath: String
  private let process = Mutex<ChildProcess?>(nil)
  private let lives = Mutex(0)
  /// Where the log of the present life begins.
  private let logStart = Mutex(0)

  /// The program, which is built into the folder of the test bundle.
  static var program: String {
    get throws {
      let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      let arguments = ProcessInfo.processInfo.arguments.map { URL(fileURLWithPath: $0) }
      let folders = ([bundle, Bundle.main.bundleURL] + arguments).map {
        $0.deletingLastPathComponent()
      }
      let path = folders.map { $0.appendingPathComponent("afterclick").path }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
      return try #require(path, "the daemon is not built: swift build --product afterclick")
    }
  }

  /// `configuration` makes the text of the file from the folder for local state.
  init(
    instanceID: String, folder: String, configuration: (_ statePath: String) -> String
  ) throws {
    self.instanceID = instanceID
    configurationPath = "\(folder)/\(instanceID).yaml"
    logPath = "\(folder)/\(instanceID).log"
    statePath = "\(folder)/\(instanceID)-state"
    try configuration(statePath).write(
      toFile: configurationPath, atomically: true, encoding: .utf8)
  }

  /// Times it was started.
  var lifeCount: Int { lives.withLock { $0 } }

  /// Whether a process of it has been started and has not been seen to end.
  var isRunning: Bool { process.withLock { $0 }.map { $0.exit() == nil } ?? false }

  /// Starts it; it must not be running.
  func start(environment: [String: String] = [:]) async throws {
    try #require(!isRunning, "\(instanceID) is running already")
    let length = try log().utf8.count
    logStart.withLock { $0 = length }
    let child = try await ProcessLauncher.shared.start(
      Daemon.program, ["run", "--config", configurationPath, "--log-level", "debug"],
      environment: environment, errors: logPath)
    process.withLock { $0 = child }
    lives.withLock { $0 += 1 }
  }

  /// Ends it as a power failure would. It must still have been running: a daemon that gives up by
  /// itself is a failure of its own.
  func kill() async throws {
    try await end(with: SIGKILL, expecting: [.signal(SIGKILL)])
  }

  /// Asks it to end, which it has to do in order as soon as it runs.
  func stop(patience: Duration = patience) async throws {
    var expected: Set<ChildProcess.Exit> = [.code(0)]
    // Until then it holds nothing, and may be ended before it can hear the question.
    if !(try currentLog().contains("running")) { expected.insert(.signal(SIGTERM)) }
    try await end(with: SIGTERM, expecting: expected, patience: patience)
  }

  /// Sends a signal without waiting for anything.
  func send(_ signal: Int32) { process.withLock { $0 }?.send(signal) }

  private func end(
    with signal: Int32, expecting expected: Set<ChildProcess.Exit>, patience: Duration = patience
  ) async throws {
    let child = try #require(process.withLock { $0 }, "\(instanceID) was not started")
    if let exit = child.exit() {
      throw UnexpectedExit(instanceID: instanceID, exit: exit)
    }
    child.send(signal)
    let exit = try await child.awaitExit(patience: patience)
    guard expected.contains(exit) else { throw UnexpectedExit(instanceID: instanceID, exit: exit) }
  }

  /// Kills it if it runs, whatever state it is in.
  func discard() {
    send(SIGCONT)
    send(SIGKILL)
    process.withLock { $0 = nil }
  }

  /// Throws the local copies of its state away.
  func wipeState() throws {
    guard FileManager.default.fileExists(atPath: statePath) else { return }
    try FileManager.default.removeItem(atPath: statePath)
  }

  /// A daemon that ended in another way than it should have.
  struct UnexpectedExit: Error {
    let instanceID: String
    let exit: ChildProcess.Exit
  }

  /// What it has logged so far, all lives.
  func log() throws -> String {
    guard FileManager.default.fileExists(atPath: logPath) else { return "" }
    return String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: logPath)), as: UTF8.self)
  }

  /// What it has logged in its present life.
  func currentLog() throws -> String {
    let start = logStart.withLock { $0 }
    return String(decoding: try log().utf8.dropFirst(start), as: UTF8.self)
  }

  /// Where it serves health, metrics and the live page in its present life.
  func awaitPort() async throws -> Int {
    try await wait(for: "\(instanceID) listens") {
      try currentLog().firstMatch(of: /listening.*"port":"([0-9]+)"/).flatMap { Int($0.1) }
    }
  }

  /// The last lines of its log, for the report of a failure.
  func lastLines(_ count: Int = 40) -> String {
    let lines: [Substring]
    do {
      lines = try log().split(separator: "\n")
    } catch {
      return "no log of \(instanceID): \(error)"
    }
    return "--- \(instanceID), \(lines.count) lines of log, the last:\n"
      + lines.suffix(count).joined(separator: "\n")
  }
}
