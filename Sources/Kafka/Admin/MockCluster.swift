import CRdKafka

/// Brokers inside this process, for tests of errors that a real broker does not produce at will.
///
/// They keep the last 5 MB of each partition and know consumer groups, but no transactional
/// isolation, no fencing and no admin requests.
@safe package final class MockCluster: @unchecked Sendable {
  // Safety: librdkafka serves the mock brokers on a thread of its own and its mock functions may be
  // called from any thread; the pointer never changes and is valid until `deinit`.
  private let cluster: OpaquePointer
  private let client: ClientHandle

  /// What a broker may be told to fail.
  package enum Request: Int16, Sendable {
    case produce = 0
    case fetch = 1
    case metadata = 3
    case offsetCommit = 8
    case findCoordinator = 10
    case joinGroup = 11
    case initProducerID = 22
    case addPartitionsToTransaction = 24
    case endTransaction = 26
  }

  /// Starts the brokers.
  package init(brokers: Int = 1) throws(KafkaError) {
    // The cluster lives inside some client, which itself never connects to it.
    let conf = try ClientConfiguration(
      ["client.id": "mock-cluster", "log.queue": "true"], events: 0)
    let client = try ClientHandle(RD_KAFKA_PRODUCER, conf)
    guard let cluster = unsafe rd_kafka_mock_cluster_new(client.pointer, Int32(brokers)) else {
      throw KafkaError(
        code: RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, message: "the mock brokers cannot be started")
    }
    unsafe self.cluster = cluster
    self.client = client
  }

  deinit { unsafe rd_kafka_mock_cluster_destroy(cluster) }

  /// For `bootstrap.servers`.
  package var bootstrapServers: String {
    unsafe String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
  }

  /// Creates a topic; without this, first use creates it with four partitions.
  package func createTopic(
    _ name: String, partitions: Int, replicationFactor: Int = 1
  ) throws(KafkaError) {
    let code = unsafe rd_kafka_mock_topic_create(
      cluster, name, Int32(partitions), Int32(replicationFactor))
    try KafkaError.check(code, "mock topic \"\(name)\"")
  }

  /// Answers the next requests of this kind with these codes, one each, whichever broker gets them.
  package func failNext(_ request: Request, with codes: [Int32]) {
    var errors = codes.map { rd_kafka_resp_err_t($0) }
    unsafe rd_kafka_mock_push_request_errors_array(
      cluster, request.rawValue, errors.count, &errors)
  }

  /// Forgets the failures that have not been used.
  package func clearFailures(of request: Request) {
    unsafe rd_kafka_mock_clear_request_errors(cluster, request.rawValue)
  }

  /// Delays every answer of a broker; brokers are numbered from one.
  package func setRoundTripTime(_ duration: Duration, ofBroker broker: Int) throws(KafkaError) {
    let code = unsafe rd_kafka_mock_broker_set_rtt(cluster, Int32(broker), duration.milliseconds)
    try KafkaError.check(code, "round trip time of broker \(broker)")
  }

  /// Closes a broker's connections and refuses new ones, until it is set up again.
  package func setBroker(_ broker: Int, isUp: Bool) throws(KafkaError) {
    let code =
      unsafe isUp
      ? rd_kafka_mock_broker_set_up(cluster, Int32(broker))
      : rd_kafka_mock_broker_set_down(cluster, Int32(broker))
    try KafkaError.check(code, "broker \(broker)")
  }
}
