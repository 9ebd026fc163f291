import Attribution
import Kafka
import KafkaTransport
import Logging
import Operations
import Pipeline
import Stages

/// Puts a daemon together from its configuration.
struct Composition {
  let configuration: Configuration
  /// Whether inputs that are created keep their records for ever.
  var keepsInputs = false
  /// Whether the brokers are inside this process: nobody else is in the group then, and its
  /// rebalances take seconds.
  var isEmbedded = false

  var kafka: KafkaSettings {
    var settings = KafkaSettings(
      properties: KafkaConfiguration(configuration.kafka.properties.map { ($0.name, $0.value) }),
      applicationID: configuration.applicationID,
      instanceID: configuration.processing.instanceID,
      inputs: configuration.inputs.map(\.topic), journeys: configuration.journeysTopic,
      changelog: configuration.changelogTopic, conversions: configuration.outputs.conversions,
      deadLetters: configuration.outputs.deadLetters)
    if configuration.rules.consent.erases != nil {
      settings.audits = configuration.outputs.audits
    }
    if configuration.insights != nil { settings.insights = configuration.insightsTopics }
    settings.asksAgain = !isEmbedded
    switch configuration.processing.guarantee {
    case .exactlyOnce: settings.guarantee = .exactlyOnce
    case .atLeastOnce: settings.guarantee = .atLeastOnce
    }
    return settings
  }

  var topics: KafkaTopics {
    KafkaTopics(
      kafka, partitions: configuration.processing.journeysPartitions, keepsInputs: keepsInputs)
  }

  /// How many partitions topics really have, whatever the configuration would create.
  struct PartitionCounts: Sendable {
    var journeys = 0
    /// Of all inputs.
    var inputs = 0
  }

  /// `journeysPartitions` is how many the log really has.
  func workers(journeysPartitions: Int) -> WorkerSettings {
    var inputs: [String: IntakeMachine.Settings] = [:]
    for input in configuration.inputs {
      var intake = IntakeMachine.Settings(
        format: input.format, rules: configuration.rules, limits: configuration.inputLimits,
        journeysPartitions: journeysPartitions)
      intake.insights = configuration.insights
      inputs[input.topic] = intake
    }
    var settings = WorkerSettings(
      inputs: inputs, journeysTopic: configuration.journeysTopic,
      journeysPartitions: journeysPartitions, rules: configuration.rules)
    settings.insights = configuration.insights.map {
      InsightsSettings(plan: $0, topic: configuration.insightsTopics.log)
    }
    settings.checkpointInterval = configuration.processing.checkpointInterval
    settings.commit.minimumInterval = configuration.commit.minInterval
    settings.commit.backlogInterval = configuration.commit.backlogInterval
    settings.commit.maximumPending = configuration.commit.maxPending
    return settings
  }

  /// Where local copies of the state are kept; `nil` if they are not.
  var stores: (any JourneyStoreProvider)? {
    let state = configuration.processing.state
    guard state.store == .rocksdb, let directory = state.directory else { return nil }
    return RocksDBStoreProvider(
      directory: directory, applicationID: configuration.applicationID)
  }

  func supervisor(
    _ partitions: PartitionCounts, monitor: PipelineMonitor = PipelineMonitor(), logger: Logger
  ) -> Supervisor {
    let workers = configuration.processing.workers
    var kafka = kafka
    kafka.inputPartitions = (partitions.inputs + workers - 1) / workers
    return Supervisor(
      workers: workers, settings: self.workers(journeysPartitions: partitions.journeys),
      transport: KafkaTransport(kafka, logger: logger), provider: stores, monitor: monitor,
      logger: logger)
  }

  /// Health, metrics and the live page of what `monitor` hears of; `nil` if they are not to be served.
  func server(_ monitor: PipelineMonitor, logger: Logger) -> OperationsServer? {
    let name = InstanceName(
      application: configuration.applicationID, instance: configuration.processing.instanceID,
      version: Version.text)
    return OperationsServer(configuration.http, monitor: monitor, name: name, logger: logger)
  }

  /// Makes sure that every topic is there; says what is not as it should be. Returns how many
  /// partitions there are, or `nil` if the daemon cannot run.
  func prepareTopics(logger: Logger) throws(PipelineError) -> PartitionCounts? {
    var partitions = PartitionCounts()
    var isRunnable = true
    for finding in try topics.prepare(creating: true) {
      if finding.purpose == .journeys { partitions.journeys = finding.partitions }
      if finding.purpose == .input { partitions.inputs += finding.partitions }
      switch finding.state {
      case .ready: continue
      case .created:
        logger.info(
          "topic created",
          metadata: ["topic": "\(finding.name)", "partitions": "\(finding.partitions)"])
      case .questionable(let reason):
        logger.warning(
          "topic is not as it should be",
          metadata: ["topic": "\(finding.name)", "reason": "\(reason)"])
      case .missing:
        logger.error("topic is missing", metadata: ["topic": "\(finding.name)"])
        isRunnable = false
      case .wrong(let reason):
        logger.error(
          "topic is not as it must be",
          metadata: ["topic": "\(finding.name)", "reason": "\(reason)"])
        isRunnable = false
      }
    }
    return isRunnable ? partitions : nil
  }
}

extension Configuration {
  /// Topics of the Insights stage.
  var insightsTopics: InsightsTopics {
    InsightsTopics(
      log: "\(applicationID).insights", changelog: "\(applicationID).insights-changelog",
      alerts: outputs.alerts, reports: outputs.reports, models: "\(applicationID).models")
  }
}
