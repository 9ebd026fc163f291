import Foundation
import Simulation
import Testing

/// What `afterclick replay` writes of records, by a daemon's configuration, into the folder of its
/// application.
struct ReplayedFiles {
  private let folder: String

  init(
    _ records: [TrafficRecord], of application: ShopApplication, by daemon: Daemon
  ) async throws {
    var lines: [UInt8] = []
    for record in records { record.appendLine(to: &lines) }
    let file = "\(application.folder)/events.ndjson"
    try Data(lines).write(to: URL(fileURLWithPath: file))
    folder = "\(application.folder)/replay"
    let process = try await ProcessLauncher.shared.start(
      Daemon.program,
      [
        "replay", "--config", daemon.configurationPath, "--input", "\(application.input)=\(file)",
        "--output", folder,
      ], errors: "\(application.folder)/replay.log")
    #expect(try await process.awaitExit() == .code(0))
  }

  init(_ inputs: [TopicRecord], of application: ShopApplication, by daemon: Daemon) async throws {
    let records = inputs.map { TrafficRecord(key: $0.key, value: $0.value) }
    try await self.init(records, of: application, by: daemon)
  }

  /// Lines of the file of that name, without its `.ndjson`.
  func lines(_ name: String) throws -> [Data] {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).ndjson"))
      .split(separator: UInt8(ascii: "\n")).map { Data($0) }
  }
}
