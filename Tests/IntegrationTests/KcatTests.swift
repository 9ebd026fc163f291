import Foundation
import Testing

extension DaemonTests {
  @Suite struct KcatTests {
    private static let program = "/usr/bin/kcat"

    @Test(
      .enabled(
        if: FileManager.default.isExecutableFile(atPath: program),
        "kcat is not installed; Scripts/test installs it"))
    func `what kcat writes, kcat can read attributed`() async throws {
      let application = try ShopApplication("kcat")
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: 0).play { scene in
        try await application.createTopics(with: daemon)
        try await daemon.start()
        try await produce(
          [
            HandMadeInput.landing("kim", at: "10:00:00", id: "m1"),
            HandMadeInput.order("kim", at: "10:20:00", id: "m2", number: "ord-1"),
          ], application)
        try await application.awaitConsumption()
        let lines = try await consume(application)
        // Without keys kcat spreads the two over partitions: the order may be read before the visit,
        // and is revised then.
        let last = try #require(lines.last)
        #expect(lines.count <= 2)
        #expect(lines.allSatisfy { $0.hasPrefix("purchase:ord-1 {") })
        #expect(last.contains(#""channel_path":["Email"]"#))
        try await daemon.stop()
        try await scene.audit()
      }
    }

    private func produce(
      _ records: [HandMadeInput.Record], _ application: ShopApplication
    ) async throws {
      let file = "\(application.folder)/events.ndjson"
      var lines = Data()
      for record in records { lines += (record.value ?? []) + Array("\n".utf8) }
      try lines.write(to: URL(fileURLWithPath: file))
      try await kcat(["-P", "-t", application.input, "-l", file], application, output: "produced")
    }

    private func consume(_ application: ShopApplication) async throws -> [Substring] {
      let output = try await kcat(
        [
          "-C", "-t", application.conversions, "-X", "isolation.level=read_committed", "-o",
          "beginning", "-e", "-q", "-f", "%k %s\n",
        ], application, output: "consumed")
      return output.split(separator: "\n")
    }

    /// Runs kcat to its end; returns what it has printed.
    @discardableResult
    private func kcat(
      _ arguments: [String], _ application: ShopApplication, output name: String
    ) async throws -> String {
      let output = "\(application.folder)/\(name).txt"
      let process = try await ProcessLauncher.shared.start(
        KcatTests.program, ["-b", TestBroker.bootstrapServers] + arguments, output: output,
        errors: "\(application.folder)/kcat.log")
      try #require(try await process.awaitExit() == .code(0))
      return String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    }
  }
}
