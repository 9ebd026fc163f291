import Foundation

/// Debian's Alertmanager, started and stopped at one address; what it knew is forgotten with it.
final class Alertmanager {
  /// `Scripts/test` says where it is.
  static let program =
    ProcessInfo.processInfo.environment["AFTERCLICK_TEST_ALERTMANAGER"]
    ?? "/usr/bin/prometheus-alertmanager"
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  let port = Int.random(in: 30_000..<32_000)
  private let folder: String
  private var process: ChildProcess?
  private var life = 0

  /// `webhook` is the port of a server that is told of every notification.
  init(folder: String, webhook: Int) throws {
    self.folder = folder
    try """
    route: {receiver: test, group_by: ['...'], group_wait: 0s, group_interval: 1s}
    receivers:
      - name: test
        webhook_configs: [{url: "http://127.0.0.1:\(webhook)/", send_resolved: true}]
    """.write(toFile: "\(folder)/alertmanager.yml", atomically: true, encoding: .utf8)
  }

  func start() async throws {
    life += 1
    process = try await ProcessLauncher.shared.start(
      Alertmanager.program,
      [
        "--config.file=\(folder)/alertmanager.yml", "--storage.path=\(folder)/alerts-\(life)",
        "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
      ], errors: "\(folder)/alertmanager.log")
    try await wait(for: "Alertmanager") { await self.answers ? true : nil }
  }

  private var answers: Bool {
    get async {
      do {
        _ = try await alerts()
        return true
      } catch {
        // Nobody listens yet.
        return false
      }
    }
  }

  func stop() async throws {
    process?.send(SIGTERM)
    _ = try await process?.awaitExit()
    process = nil
  }

  func discard() {
    process?.send(SIGKILL)
    process = nil
  }

  /// What its API says is active; an alert that is resolved is not.
  func alerts() async throws -> [[String: Any]] {
    let port = port
    let answer = try await onThread {
      let connection = try RawConnection(port: port)
      connection.send(
        Array("GET /api/v2/alerts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8))
      return connection.readAnswer() ?? ""
    }
    guard let start = answer.firstRange(of: "\r\n\r\n") else { return [] }
    let json = try JSONSerialization.jsonObject(with: Data(answer[start.upperBound...].utf8))
    return json as? [[String: Any]] ?? []
  }
}
