import Foundation
import Testing

extension DaemonTests {
  /// TLS and SASL to the brokers: works, or says why not, and never what is secret.
  @Suite(.needsSecureBroker) struct SecurityTests {
    @Test(arguments: SecureBroker.Door.allCases)
    func `the daemon works behind every door`(door: SecureBroker.Door) async throws {
      let application = try ShopApplication("secure-\(door.rawValue.lowercased())")
      let daemon = try application.daemon("a")
      let environment = SecureBroker.environment(door.properties)
      try await Scene(application, [daemon], seed: 0).play { scene in
        let topics = try await run(["topics"], daemon, environment)
        try #require(topics.exit == .code(0), "\(topics.said)")
        try await daemon.start(environment: environment)
        try await onThread {
          try HandMadeInput.produce(
            [
              HandMadeInput.landing("kim", at: "10:00:00", id: "m1"),
              HandMadeInput.order("kim", at: "10:20:00", id: "m2", number: "ord-1"),
            ], to: application.input, partition: 0)
        }
        try await application.awaitConsumption()
        try await daemon.stop()
        expectNoSecret(try daemon.log())
        try await scene.audit()
      }
    }

    @Test func `an authority that is not trusted ends the start at once, and is named`()
      async throws
    {
      var properties = SecureBroker.Door.certificate.properties
      properties["ssl.ca.location"] = "\(SecureBroker.folder)/other-ca.pem"
      try await expectRefusal(
        properties, saying: ["certificate verify failed", "ssl.ca.location"])
    }

    @Test(arguments: ["PLAIN", "SCRAM-SHA-256"])
    func `a wrong password ends the start at once, and is not shown`(mechanism: String) async throws
    {
      var properties = SecureBroker.Door.plain.properties
      properties["sasl.mechanism"] = mechanism
      properties["sasl.password_file"] = "\(SecureBroker.folder)/client.passphrase"
      try await expectRefusal(properties, saying: ["Authentication failed", "sasl.password"])
    }

    @Test func `a passphrase that does not open the key is not shown`() async throws {
      var properties = SecureBroker.Door.clientCertificate.properties
      properties["ssl.key.password_file"] = "\(SecureBroker.folder)/sasl.password"
      try await expectRefusal(properties, saying: ["ssl.key.location"])
    }

    @Test func `a password is masked wherever settings are shown`() async throws {
      let application = try ShopApplication("secure-print")
      let daemon = try application.daemon("a")
      defer { daemon.discard() }
      var environment = SecureBroker.environment(SecureBroker.Door.scram.properties)
      let file = try await run(["check", "--print"], daemon, environment)
      #expect(file.exit == .code(0))
      #expect(file.said.contains("sasl.password_file: \(SecureBroker.folder)/sasl.password"))
      expectNoSecret(file.said)
      environment["AFTERCLICK_KAFKA__SASL_PASSWORD_FILE"] = nil
      environment["AFTERCLICK_KAFKA__SASL_PASSWORD"] = SecureBroker.secrets[0]
      let value = try await run(["check", "--print"], daemon, environment)
      #expect(value.said.contains("sasl.password: \"********\""))
      expectNoSecret(value.said)
      let connected = try await run(["check", "--connect"], daemon, environment)
      #expect(connected.exit == .code(1) && connected.said.contains("missing"))
      expectNoSecret(connected.said)
      try application.discard()
    }

    /// `check --connect` and `run` say every one of `words`, give up soon, and show no secret.
    private func expectRefusal(_ properties: [String: String], saying words: [String]) async throws
    {
      let application = try ShopApplication("refused")
      let daemon = try application.daemon("a")
      let environment = SecureBroker.environment(properties)
      for arguments in [["check", "--connect"], ["run", "--log-level", "trace"]] {
        let start = ContinuousClock.now
        let (exit, said) = try await run(arguments, daemon, environment)
        #expect(exit == .code(1), "\(arguments)")
        #expect(ContinuousClock.now - start < .seconds(20), "\(arguments)")
        for word in words { #expect(said.contains(word), "\(arguments): \(said)") }
        expectNoSecret(said)
      }
      try application.discard()
    }

    private func expectNoSecret(_ text: String) {
      for secret in SecureBroker.secrets { #expect(!text.contains(secret)) }
    }

    /// Runs a command of the program to its end; how it ended, and all that it said.
    private func run(
      _ arguments: [String], _ daemon: Daemon, _ environment: [String: String]
    ) async throws -> (exit: ChildProcess.Exit, said: String) {
      let output = "\(daemon.logPath).\(arguments[0]).\(UInt32.random(in: 0 ... .max))"
      let process = try await ProcessLauncher.shared.start(
        Daemon.program,
        [arguments[0], "--config", daemon.configurationPath] + arguments.dropFirst(),
        environment: environment, output: output, errors: output)
      let exit = try await process.awaitExit()
      return (
        exit, String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
      )
    }
  }
}
