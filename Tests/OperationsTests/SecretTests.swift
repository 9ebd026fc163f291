import Foundation
import Operations
import Testing

@Suite struct SecretTests {
  private static let secret = "hunter2-0b1e5"

  private static let names = [
    "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
    "sasl.oauthbearer.client.secret", "sasl.jaas.config", "sasl.oauthbearer.config",
  ]

  /// A file in a directory of its own that holds `text`.
  private func file(_ text: String) throws -> String {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("afterclick-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let file = directory.appendingPathComponent("secret")
    try Data(text.utf8).write(to: file)
    return file.path
  }

  @Test(arguments: names)
  func `a secret reaches Kafka and nothing else`(name: String) throws {
    let configuration = try Configuration.parse(
      "\(Samples.minimal)\nkafka: {\(name): \(Self.secret)}")
    #expect(configuration.kafka[name] == Self.secret)
    var dumped = ""
    dump(configuration, to: &dumped)
    dump(configuration.kafka, to: &dumped)
    let shown = [
      configuration.effectiveYAML(), "\(configuration)", String(reflecting: configuration),
      "\(configuration.kafka)", String(reflecting: configuration.kafka), dumped,
      "\(configuration.kafka.properties)", String(reflecting: configuration.kafka.properties),
    ]
    #expect(shown.allSatisfy { !$0.contains(Self.secret) })
    #expect(configuration.effectiveYAML().contains("\(name): \"********\""))
  }

  @Test(arguments: [
    "kafka: {sasl.password: {a: SECRET}}", "kafka: {sasl.password: [SECRET]}",
    "kafka: {sasl password: SECRET}", "kafka: {sasl.password: SECRET, sasl.password: SECRET}",
    "kafka: sasl.password=SECRET", "kafka: {sasl.password: SECRET",
    "kafka: [sasl.password: SECRET]",
    "kafka:\n  sasl.password: SECRET\n bad", "kafka: {sasl.password: \"SECRET}",
    "kafka: {sasl.password: !secret SECRET}", "token: SECRET", "http: {password: SECRET}",
    "kafka: {sasl_password: SECRET}", "\t kafka: SECRET", "kafka: {group.id: SECRET}",
  ])
  func `no message shows a secret`(yaml: String) {
    let problems = Samples.problems(
      "\(Samples.minimal)\n\(yaml.replacing("SECRET", with: Self.secret))")
    #expect(!problems.isEmpty)
    #expect(problems.allSatisfy { !$0.contains(Self.secret) }, "\(problems)")
  }

  @Test(arguments: [
    "AFTERCLICK_KAFKA_SASL_PASSWORD", "AFTERCLICK_KAFKA__GROUP_ID", "AFTERCLICK_KAFKA",
    "AFTERCLICK_SASL_PASSWORD", "AFTERCLICK_KAFKA__SASL_PASSWORD__X",
  ])
  func `no message shows a secret of the environment`(variable: String) {
    let problems = Samples.problems(
      "\(Samples.minimal)\nkafka: {sasl.password: x}", environment: [variable: Self.secret])
    #expect(problems.count == 1)
    #expect(problems.allSatisfy { !$0.contains(Self.secret) }, "\(problems)")
  }

  @Test(arguments: [("s3cret\n", "s3cret"), ("s3cret", "s3cret"), ("a\nb\n\n", "a\nb\n")])
  func `a secret's file loses one newline at its end`(content: String, expected: String) throws {
    let path = try file(content)
    let configuration = try Configuration.parse(
      "\(Samples.minimal)\nkafka: {sasl.password_file: \(path)}")
    #expect(configuration.kafka["sasl.password"] == expected)
    #expect(configuration.kafka["sasl.password_file"] == nil)
    #expect(configuration.effectiveYAML().contains("sasl.password_file: \(path)"))
    #expect(!configuration.effectiveYAML().contains("s3cret"))
  }

  @Test func `the environment can name a secret's file`() throws {
    let path = try file("s3cret\n")
    let configuration = try Configuration.parse(
      Samples.minimal, environment: ["AFTERCLICK_KAFKA__SASL_PASSWORD_FILE": path])
    #expect(configuration.kafka["sasl.password"] == "s3cret")
  }

  @Test func `a secret has one source`() throws {
    let path = try file("s3cret\n")
    #expect(
      Samples.problems(
        "\(Samples.minimal)\nkafka:\n  sasl.password: x\n  sasl.password_file: \(path)")
        == ["5: kafka.sasl.password_file: `sasl.password` is given twice"])
  }

  @Test func `an empty file holds no secret`() throws {
    let path = try file("")
    #expect(
      Samples.problems("\(Samples.minimal)\nkafka: {sasl.password_file: \(path)}")
        == ["3: kafka.sasl.password_file: the file `\(path)` is empty"])
  }
}
