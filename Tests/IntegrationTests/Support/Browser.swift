import Foundation
import Testing

/// A headless Chromium, driven by its WebDriver.
final class Browser {
  static let driver = "/usr/bin/chromedriver"
  static var isInstalled: Bool {
    ["/usr/bin/chromium", driver].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private let process: ChildProcess
  private let port: Int
  private var session = ""

  struct Refused: Error {
    let answer: String
  }

  /// Starts it; `folder` is for its log.
  init(folder: String) async throws {
    let log = "\(folder)/chromedriver.log"
    process = try await ProcessLauncher.shared.start(
      Browser.driver, ["--port=0"], output: log, errors: log)
    port = try await wait(for: "the browser's driver") {
      try String(contentsOfFile: log, encoding: .utf8)
        .firstMatch(of: /started successfully on port ([0-9]+)/).flatMap { Int($0.1) }
    }
    let options: [String: Any] = [
      "goog:chromeOptions": [
        "args": [
          "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
          "--user-data-dir=\(folder)/chromium", "--force-device-scale-factor=1",
        ]
      ],
      "goog:loggingPrefs": ["browser": "ALL", "performance": "ALL"],
    ]
    let answer = try await send("POST", "/session", ["capabilities": ["alwaysMatch": options]])
    session = try #require((answer as? [String: Any])?["sessionId"] as? String)
  }

  func open(_ url: String) async throws {
    _ = try await send("POST", "/session/\(session)/url", ["url": url])
  }

  func resize(width: Int, height: Int) async throws {
    _ = try await send(
      "POST", "/session/\(session)/window/rect", ["width": width, "height": height])
  }

  /// What `script`, the body of a function, returns.
  func run(_ script: String) async throws -> Any? {
    try await send(
      "POST", "/session/\(session)/execute/sync", ["script": script, "args": [String]()])
  }

  /// Asks Chromium itself, as its developer tools do.
  func command(_ name: String, _ parameters: [String: Any]) async throws {
    _ = try await send(
      "POST", "/session/\(session)/goog/cdp/execute", ["cmd": name, "params": parameters])
  }

  /// Messages of one of its logs, `browser` or `performance`, since the last call.
  func log(_ type: String) async throws -> [String] {
    let entries = try await send("POST", "/session/\(session)/se/log", ["type": type])
    return (entries as? [[String: Any]] ?? []).compactMap { $0["message"] as? String }
  }

  /// Writes what it shows to a PNG file.
  func screenshot(to path: String) async throws {
    let answer = try await send("GET", "/session/\(session)/screenshot", nil)
    let data = try #require((answer as? String).flatMap { Data(base64Encoded: $0) })
    try data.write(to: URL(fileURLWithPath: path))
  }

  func close() async throws {
    _ = try await send("DELETE", "/session/\(session)", nil)
    // It does not listen to SIGTERM; its browser has gone with the session.
    process.send(SIGKILL)
    _ = try await process.awaitExit()
  }

  private func send(_ method: String, _ path: String, _ body: [String: Any]?) async throws -> Any? {
    let content = try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()
    let head =
      "\(method) \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\nContent-Length: \(content.count)\r\n"
      + "Content-Type: application/json\r\nConnection: close\r\n\r\n"
    let request = Array(head.utf8) + Array(content)
    let port = port
    let answer = try await onThread {
      let connection = try RawConnection(port: port)
      connection.send(request)
      return connection.readAnswer() ?? ""
    }
    guard let start = answer.firstRange(of: "\r\n\r\n"),
      let json = try JSONSerialization.jsonObject(with: Data(answer[start.upperBound...].utf8))
        as? [String: Any],
      !((json["value"] as? [String: Any])?.keys.contains("error") ?? false)
    else { throw Refused(answer: String(answer.prefix(2_000))) }
    return json["value"]
  }
}
