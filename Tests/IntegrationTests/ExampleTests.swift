import Foundation
import Testing

/// The configurations that people begin with, given to the built program.
@Suite struct ExampleTests {
  private static let deploy = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Deploy")

  @Test(arguments: ["examples", "compose", "kubernetes"])
  func `afterclick check finds every configuration good`(folder: String) async throws {
    let work = NSTemporaryDirectory() + "/\(uniqueName("examples"))"
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    let token = "\(work)/token"
    try Data("0123456789abcdef\n".utf8).write(to: URL(fileURLWithPath: token))
    let files = try FileManager.default.contentsOfDirectory(
      at: Self.deploy.appendingPathComponent(folder), includingPropertiesForKeys: nil)
    var checked = 0
    for file in files where file.pathExtension == "yaml" {
      guard try String(contentsOf: file, encoding: .utf8).contains("\ninputs:\n") else { continue }
      let output = "\(work)/\(checked).txt"
      // Where others can reach it, the daemon needs a token, which only the container has.
      let isOpen = folder != "examples"
      let process = try await ProcessLauncher.shared.start(
        Daemon.program, ["check", "--config", file.path],
        environment: isOpen ? ["AFTERCLICK_HTTP__TOKEN_FILE": token] : [:], output: output,
        errors: output)
      let exit = try await process.awaitExit()
      let said = try String(contentsOfFile: output, encoding: .utf8)
      #expect(exit == .code(0) && said == "\(file.path): good\n", "\(said)")
      checked += 1
    }
    #expect(checked >= (folder == "examples" ? 5 : 1))
    try FileManager.default.removeItem(atPath: work)
  }
}
