package import Kafka
internal import Stages

/// Names of the topics that the Insights stage reads and writes.
package struct InsightsTopics: Hashable, Sendable {
  /// Facts, from Journeys.
  package var log: String
  /// The stage's checkpoints.
  package var changelog: String
  package var alerts: String
  package var reports: String
  /// Weights of the `data_driven` model.
  package var models: String

  package init(log: String, changelog: String, alerts: String, reports: String, models: String) {
    self.log = log
    self.changelog = changelog
    self.alerts = alerts
    self.reports = reports
    self.models = models
  }
}

/// What the transport has to know of the cluster and of the topics.
package struct KafkaSettings: Sendable {
  /// What a crash may do to the output.
  package enum Guarantee: Sendable {
    /// Nothing: outputs and offsets commit as one.
    case exactlyOnce
    /// Repeat some of it.
    case atLeastOnce
  }

  /// Properties as the user gave them; they override every default here.
  package var properties: KafkaConfiguration
  package var applicationID: String
  /// Stable over restarts; tells the instances of one application apart.
  package var instanceID: String
  package var inputs: [String]
  /// Partitions of all inputs that one worker may get.
  package var inputPartitions = 1
  package var journeys: String
  package var changelog: String
  package var conversions: String
  package var deadLetters: String
  /// Where it is said that something was erased; `nil` if nothing ever is.
  package var audits: String?
  /// Topics of the Insights stage; `nil` if nothing is watched and reported.
  package var insights: InsightsTopics?
  package var guarantee = Guarantee.exactlyOnce
  /// Whether a member asks for a second look at its first assignment; see `KafkaRecordSource`.
  package var asksAgain = true
  /// Longest wait for a broker's answer to one request.
  package var requestTimeout: Duration = .seconds(30)
  /// Longest duration of one commit, which is as long as outputs may be held up.
  package var commitTimeout: Duration = .seconds(15)

  package init(
    properties: KafkaConfiguration, applicationID: String, instanceID: String, inputs: [String],
    journeys: String, changelog: String, conversions: String, deadLetters: String
  ) {
    self.properties = properties
    self.applicationID = applicationID
    self.instanceID = instanceID
    self.inputs = inputs
    self.journeys = journeys
    self.changelog = changelog
    self.conversions = conversions
    self.deadLetters = deadLetters
  }

  func topic(_ destination: OutgoingRecords.Destination) -> String {
    switch destination {
    case .journeys: journeys
    case .conversions: conversions
    case .deadLetters: deadLetters
    case .changelog: changelog
    case .audits: audits ?? deadLetters
    // Without the stage nothing is ever written to its topics.
    case .insights: insights?.log ?? deadLetters
    case .insightsChangelog: insights?.changelog ?? deadLetters
    case .alerts: insights?.alerts ?? deadLetters
    case .reports: insights?.reports ?? deadLetters
    case .models: insights?.models ?? deadLetters
    }
  }

  private func member(_ worker: Int) -> String { "\(instanceID)-\(worker)" }

  /// The consumer of one worker.
  func consumer(worker: Int) -> KafkaConfiguration {
    var configuration = properties.merging(defaults: [
      "group.id": applicationID,
      // Static membership: a restart within the session timeout moves no partition.
      "group.instance.id": member(worker),
      "client.id": "\(applicationID)-\(member(worker))",
      "session.timeout.ms": "10000",
      "partition.assignment.strategy": "cooperative-sticky",
      "isolation.level": "read_committed",
      "allow.auto.create.topics": "false",
      // A fetcher that finds its queue full pauses for a second, so the queue has to hold more than
      // a second's worth; this is the memory that costs. It holds for each queue, and every input
      // with a backlog has its own.
      "queued.min.messages": "1000000",
      "queued.max.messages.kbytes": "\(queueKilobytes)",
      "fetch.error.backoff.ms": "50",
    ])
    // Otherwise librdkafka would leave out records without a word; see `KafkaRecordSource`.
    configuration["auto.offset.reset"] = "error"
    return configuration
  }

  /// What inputs are read ahead of, in all and of each at the most and at the least, in kilobytes.
  private static let readAhead = (all: 262_144, most: 131_072, least: 16_384)

  private var queueKilobytes: Int {
    let share = KafkaSettings.readAhead.all / max(1, inputPartitions)
    return min(KafkaSettings.readAhead.most, max(KafkaSettings.readAhead.least, share))
  }

  /// Where an input is read from at first: what `auto.offset.reset` says, else all there is.
  var firstPosition: PartitionStart.Position {
    switch properties["auto.offset.reset"] {
    case "latest"?, "largest"?, "end"?: .end
    default: .beginning
    }
  }

  /// A reader of the changelog: in no group, at nobody's pace.
  var changelogReader: KafkaConfiguration {
    var configuration = properties.merging(defaults: [
      "client.id": "\(applicationID)-\(instanceID)-restore",
      "isolation.level": "read_committed",
      "allow.auto.create.topics": "false",
      "queued.min.messages": "1000000",
      "queued.max.messages.kbytes": "131072",
      "fetch.error.backoff.ms": "50",
      // The end is known only from a fetch that brings nothing, and brokers hold that one back for
      // so long: with the default of half a second, a restore takes as much for each partition.
      "fetch.wait.max.ms": "10",
    ])
    configuration["enable.partition.eof"] = "true"
    configuration["auto.offset.reset"] = "error"
    return configuration
  }

  /// The producer of one worker, without its transactional id.
  func producer(worker: Int) -> KafkaConfiguration {
    properties.merging(defaults: [
      "client.id": "\(applicationID)-\(member(worker))",
      "partitioner": "murmur2_random",
      "compression.codec": "lz4",
      "queue.buffering.max.messages": "1000000",
      "queue.buffering.max.kbytes": "262144",
      // A dead letter carries a record as large as its own topic allowed.
      "message.max.bytes": "8388608",
    ])
  }

  /// The transactional producer of one worker, under the id that all its lives share; see
  /// `ProducerLife`.
  func transactionalProducer(worker: Int) -> KafkaConfiguration {
    producer(worker: worker).merging(defaults: [
      "transactional.id": "\(applicationID)-\(member(worker))",
      // How long a crashed instance can hold up the others that take its partitions over.
      "transaction.timeout.ms": "15000",
      // Brokers answer "concurrent transactions" until the last one's markers are written, and the
      // producer waits one backoff: the default of 100 ms would be the latency of every commit.
      "retry.backoff.ms": "5",
    ])
  }

  /// For requests of administration.
  package var admin: KafkaConfiguration {
    properties.merging(defaults: ["client.id": "\(applicationID)-\(instanceID)-admin"])
  }
}
