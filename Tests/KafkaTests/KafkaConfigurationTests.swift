import Kafka
import Testing

@Suite struct KafkaConfigurationTests {
  @Test func `a later value replaces an earlier one and keeps its place`() {
    let configuration = KafkaConfiguration([("a", "1"), ("b", "2"), ("a", "3")])
    #expect(configuration.names == ["a", "b"])
    #expect(configuration["a"] == "3")
  }

  @Test func `a property set to nothing is left to librdkafka`() {
    var configuration: KafkaConfiguration = ["a": "1", "b": "2"]
    configuration["a"] = nil
    #expect(configuration.names == ["b"])
  }

  @Test func `defaults fill in what is missing and nothing else`() {
    let merged = KafkaConfiguration(["a": "1"]).merging(defaults: ["a": "9", "b": "2"])
    #expect(merged == ["a": "1", "b": "2"])
    #expect(KafkaConfiguration(["a": "1"]).overriding(with: ["a": "9"]) == ["a": "9"])
  }

  @Test(arguments: [
    "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
    "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config",
  ])
  func `a secret is masked wherever a configuration is shown`(name: String) {
    let configuration: KafkaConfiguration = ["client.id": "shown", name: "hunter2"]
    #expect("\(configuration)" == "client.id=shown \(name)=********")
    #expect(!String(reflecting: configuration).contains("hunter2"))
    #expect(!String(describing: [configuration]).contains("hunter2"))
  }

  @Test(arguments: [
    ("fetch.queue.backoff.ms", "1"), ("max.poll.interval.ms", "soon"), ("acks", "7777777"),
  ])
  func `an error names the property that cannot be set`(name: String, value: String) {
    let error = #expect(throws: KafkaError.self) {
      _ = try KafkaConsumer(["group.id": "g", name: value])
    }
    #expect(error?.message.contains("\"\(name)\"") == true)
    #expect(error?.name == "_INVALID_ARG")
  }

  @Test func `what librdkafka has against a property is known without a client`() {
    let wrong = KafkaConfiguration.objection(to: "fetch.wait.max.ms", value: "abc")
    guard case .value(let reason) = wrong else {
      Issue.record("\(String(describing: wrong))")
      return
    }
    #expect(reason.contains("fetch.wait.max.ms"))
    #expect(KafkaConfiguration.objection(to: "bootstrap.servrs", value: "a:9092") == .name)
    #expect(KafkaConfiguration.objection(to: "bootstrap.servers", value: "a:9092") == nil)
    #expect(KafkaConfiguration.objection(to: "acks", value: "all") == nil)
  }

  @Test func `an error about a secret does not quote it`() {
    let error = #expect(throws: KafkaError.self) {
      _ = try KafkaProducer(["sasl.password.unknown": "hunter2"])
    }
    #expect(error?.message.contains("hunter2") == false)
  }

  @Test func `settings that contradict each other are refused when the client is made`() {
    let error = #expect(throws: KafkaError.self) {
      _ = try KafkaProducer(["enable.idempotence": "true", "acks": "1"])
    }
    #expect(error?.message.contains("cannot be created") == true)
  }

  @Test func `a group member without a group is refused`() {
    let error = #expect(throws: KafkaError.self) {
      _ = try KafkaConsumer(["bootstrap.servers": "127.0.0.1:1"])
    }
    #expect(error?.message.contains("group.id") == true)
  }
}
