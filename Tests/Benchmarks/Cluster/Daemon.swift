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

  /// Starts the program beside this one, with `configuration` in a temporary folder.
  init(_ configuration: BenchmarkConfiguration, logLevel: String = "info") throws {
    folder = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("afterclick-bench-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("afterclick.yaml")
    try Data(configuration.yaml.utf8).write(to: file)
    _ = FileManager.default.createFile(atPath: logPath, contents: nil)
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("afterclick")
    process.arguments = ["run", "--config", file.path, "--log-level", logLevel]
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  private var logPath: String { folder.appendingPathComponent("log").path }

  /// What it has logged.
  var log: String {
    String(decoding: FileManager.default.contents(atPath: logPath) ?? Data(), as: UTF8.self)
  }

  /// Throws with the log's end if it is not running any more.
  func check() throws {
    guard process.isRunning else {
      throw Failure.ended(log.split(separator: "\n").suffix(10).joined(separator: "\n"))
    }
  }

  /// Seconds that it has computed, in user mode and in the kernel.
  var cpuSeconds: Double {
    let path = "/proc/\(process.processIdentifier)/stat"
    let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    // The program's name, in parentheses, may hold spaces.
    guard let end = text.lastIndex(of: ")") else { return 0 }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let kernel = Double(fields[12]) else {
      return 0
    }
    return (user + kernel) / Double(sysconf(Int32(_SC_CLK_TCK)))
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
