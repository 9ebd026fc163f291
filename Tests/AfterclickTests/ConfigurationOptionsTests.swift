import ArgumentParser
import Foundation
import Operations
import Testing

@testable import afterclick

@Suite struct ConfigurationOptionsTests {
  private func mistakes(kafka: String) throws -> [String] {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("afterclick-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    let yaml = """
      inputs: [{topic: t, format: segment}]
      conversions: [{name: c, when: {}}]
      kafka:
        bootstrap.servers: localhost:9092
        \(kafka)
      """
    try Data(yaml.utf8).write(to: file)
    do throws(ConfigurationError) {
      _ = try Configuration.load(file.path)
      return []
    } catch {
      return error.lines.map { $0.replacing("\(file.path):", with: "") }
    }
  }

  @Test(arguments: [
    (
      "sasl.usernme: me",
      "5: kafka.sasl.usernme: librdkafka has no such property; did you mean `sasl.username`?"
    ),
    (
      "fetch.wait.max.ms: soon",
      "5: kafka.fetch.wait.max.ms: librdkafka does not take this: "
        + "Invalid value for configuration property \"fetch.wait.max.ms\""
    ),
  ])
  func `what librdkafka would not take is a mistake in the configuration`(
    kafka: String, expected: String
  ) throws {
    #expect(try mistakes(kafka: kafka) == [expected])
  }

  @Test func `without brokers, topics cannot be looked at`() async throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("afterclick-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    let yaml = "inputs: [{topic: t, format: segment}]\nconversions: [{name: c, when: {}}]\n"
    try Data(yaml.utf8).write(to: file)
    let topics = try TopicsCommand.parse(["--config", file.path])
    await #expect(throws: ExitCode(2)) { try await topics.run() }
  }

  @Test func `a level of the log that does not exist is bad usage`() throws {
    #expect(throws: (any Error).self) { try CheckCommand.parse(["--log-level", "loud"]) }
    _ = try CheckCommand.parse(["--log-level", "debug"])
  }

  @Test(arguments: ["security.protocol: sasl_ssl", "linger.ms: 5", "acks: all"])
  func `what librdkafka takes is taken`(kafka: String) throws {
    #expect(try mistakes(kafka: kafka).isEmpty)
  }
}
