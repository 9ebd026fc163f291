package import Attribution
package import Stages

/// What a worker has to know of the Insights stage.
package struct InsightsSettings: Sendable {
  package var plan: InsightsPlan
  /// The insights log; it has as many partitions as the journeys log.
  package var topic: String

  package init(plan: InsightsPlan, topic: String) {
    self.plan = plan
    self.topic = topic
  }
}

/// What a worker has to know.
package struct WorkerSettings: Sendable {
  /// How each input topic is read.
  package var inputs: [String: IntakeMachine.Settings]
  package var journeysTopic: String
  /// Partitions that the journeys log really has.
  package var journeysPartitions: Int
  package var rules: RuleSet
  /// `nil` if nothing is watched and reported.
  package var insights: InsightsSettings?
  package var checkpointInterval: Duration = .seconds(30)
  /// A partition of the journeys log that is quiet this long gets a tick.
  package var tickInterval: Duration = .seconds(60)
  package var commit = Committer.Settings()
  /// Records taken in one poll.
  package var maximumBatch = 2_000
  /// How long an idle poll waits; how long a signal may go unanswered.
  package var pollTimeout: Duration = .milliseconds(10)

  package init(
    inputs: [String: IntakeMachine.Settings], journeysTopic: String, journeysPartitions: Int,
    rules: RuleSet
  ) {
    self.inputs = inputs
    self.journeysTopic = journeysTopic
    self.journeysPartitions = journeysPartitions
    self.rules = rules
  }
}
