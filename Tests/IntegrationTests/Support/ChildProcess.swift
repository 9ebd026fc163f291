import Foundation
import Pipeline
import Synchronization

/// A process that was started by a test and does not outlive it.
final class ChildProcess: Sendable {
  let pid: pid_t
  /// The wait status, once the process has ended and been waited for.
  private let status = Mutex<Int32?>(nil)

  fileprivate init(pid: pid_t) { self.pid = pid }

  deinit {
    guard exit() == nil else { return }
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  /// How a process has ended.
  enum Exit: Hashable, Sendable {
    case code(Int32)
    case signal(Int32)
  }

  /// How it has ended; `nil` while it runs.
  func exit() -> Exit? {
    let ended: Int32? = status.withLock { known in
      var status: Int32 = 0
      if known == nil, waitpid(pid, &status, WNOHANG) == pid { known = status }
      return known
    }
    guard let ended else { return nil }
    let signal = ended & 0x7f
    return signal == 0 ? .code((ended >> 8) & 0xff) : .signal(signal)
  }

  /// Sends a signal, unless the process has ended.
  func send(_ signal: Int32) {
    guard exit() == nil else { return }
    kill(pid, signal)
  }

  /// Waits for its end.
  func awaitExit(patience: Duration = patience) async throws -> Exit {
    try await wait(for: "process \(pid) has ended", patience: patience) { exit() }
  }
}

/// Starts processes, from one thread that lives as long as the tests do: on Linux they are killed
/// when the thread that has started them ends, so that none is left behind by a test that crashes.
actor ProcessLauncher {
  static let shared = ProcessLauncher()

  /// Why a process could not be started.
  struct Failure: Error {
    let program: String
    let errno: Int32
  }

  private let executor = ThreadExecutor(name: "launcher")

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private static let ties = ["/usr/bin/setpriv", "--pdeathsig", "KILL"]

  /// Starts `program` with its output appended to files; standard input is empty.
  func start(
    _ program: String, _ arguments: [String], environment added: [String: String] = [:],
    output: String = "/dev/null", errors: String
  ) throws -> ChildProcess {
    let isTied = FileManager.default.isExecutableFile(atPath: ProcessLauncher.ties[0])
    let command = (isTied ? ProcessLauncher.ties : []) + [program] + arguments
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let appending = O_WRONLY | O_CREAT | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, appending, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errors, appending, 0o644)
    // Nothing of the tests' own environment: AFTERCLICK_ variables would change the configuration.
    var environment = ["PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=no"]
    for name in ["LD_LIBRARY_PATH", "HOME", "TMPDIR"] {
      if let value = ProcessInfo.processInfo.environment[name] {
        environment.append("\(name)=\(value)")
      }
    }
    environment += added.map { "\($0.key)=\($0.value)" }
    var pid: pid_t = 0
    let code = ProcessLauncher.withPointers(to: command) { arguments in
      ProcessLauncher.withPointers(to: environment) { environment in
        posix_spawn(&pid, command[0], &actions, nil, arguments, environment)
      }
    }
    guard code == 0 else { throw Failure(program: command[0], errno: code) }
    return ChildProcess(pid: pid)
  }

  private static func withPointers<Result>(
    to strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
