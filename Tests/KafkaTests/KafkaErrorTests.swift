import Testing

@testable import Kafka

@Suite struct KafkaErrorTests {
  @Test func `an error names its code and says what was attempted`() throws {
    var configuration: KafkaConfiguration = ["bootstrap.servers": "127.0.0.1:1"]
    configuration["group.id"] = "errors"
    let consumer = try KafkaConsumer(configuration)
    let error = #expect(throws: KafkaError.self) {
      try consumer.watermarks(of: TopicPartition("orders", 3), timeout: .milliseconds(10))
    }
    #expect(error?.message.hasPrefix("watermarks of orders[3]: ") == true)
    #expect(error?.isFatal == false)
    #expect(error?.requiresAbort == false)
  }
}
