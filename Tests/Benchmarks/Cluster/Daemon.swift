import Foundation
import Glibc

/// `afterclick run` as a process of its own, whose CPU time is its own.
final class Daemon {
  enum Failure: Error, CustomStringConvertible {
    case ended(String)

    var description: String {
      switch self {
      case .ended(let log): "the daemon has ended; its log says:\n\(log)"
      }
    }
  }

  private let process = Process()
  private let folder: URL

  /// `afterclick`, as it was built beside this program.
  static var program: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("afterclick")
  }

  /// Starts the program beside this one, with `configuration` in a temporary folder.
  init(_ configuration: BenchmarkConfiguration) throws {
    folder = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("afterclick-bench-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("afterclick.yaml")
    try Data(configuration.yaml.utf8).write(to: file)
    _ = FileManager.default.createFile(atPath: logPath, contents: nil)
    // It must not outlive the benchmark, however that ends.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
    process.arguments = [
      "--pdeathsig", "KILL", Daemon.program.path, "run", "--config", file.path,
    ]
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  private var logPath: String { folder.appendingPathComponent("log").path }

  /// What it has logged.
  var log: String {
    text(at: logPath)
  }

  /// Partitions whose journeys it has restored.
  var restoredPartitions: Int {
    log.split(separator: "\n").count { $0.contains("restored journeys") }
  }

  /// Throws with the log's end if it is not running any more.
  func check() throws {
    guard process.isRunning else {
      throw Failure.ended(log.split(separator: "\n").suffix(10).joined(separator: "\n"))
    }
  }

  /// Seconds that it has computed, in user mode and in the kernel.
  struct CPUSeconds {
    /// librdkafka's threads: requests, checksums, compression.
    var client = 0.0
    /// All other threads: machines, commits, the disk.
    var own = 0.0

    var total: Double { client + own }

    static func - (late: CPUSeconds, early: CPUSeconds) -> CPUSeconds {
      CPUSeconds(client: late.client - early.client, own: late.own - early.own)
    }
  }

  /// What the threads that there are now have computed.
  func cpuSeconds() throws -> CPUSeconds {
    var seconds = CPUSeconds()
    let folder = "/proc/\(process.processIdentifier)/task"
    for thread in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let name = text(at: "\(folder)/\(thread)/comm")
      guard let nanoseconds = text(at: "\(folder)/\(thread)/schedstat").split(separator: " ").first
      else { continue }
      let spent = (Double(nanoseconds) ?? 0) / 1e9
      if name.hasPrefix("rdk:") { seconds.client += spent } else { seconds.own += spent }
    }
    return seconds
  }

  private func text(at path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// Waits until the group has given it partitions: joining takes seconds of nothing.
  func waitForPartitions() throws {
    while !log.contains("partitions assigned") {
      try check()
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  var residentBytes: Int { ProcessMemory.resident(of: process.processIdentifier) }

  /// SIGTERM, and waits for the end.
  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }

  /// SIGKILL.
  func kill() {
    guard process.isRunning else { return }
    _ = Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit {
    kill()
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("\(folder.path) stays behind: \(error)")
    }
  }
}
