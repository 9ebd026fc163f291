package import Attribution
package import Formats
package import Stages

/// Everything that one Afterclick instance is told: decoded, checked, defaults filled in.
///
/// A value of this type is valid. What could be checked without a broker has been checked.
package struct Configuration: Sendable {
  /// Consumer group, start of the transactional id, and prefix of the internal topics.
  package var applicationID: String
  package var kafka: KafkaProperties
  /// In the order of the file; topics are unique. Never empty.
  package var inputs: [Input]
  package var outputs: Outputs
  package var processing: Processing
  package var commit: Commit
  package var http: HTTP
  /// What one record may cost. Limits of a journey are in `rules.limits`.
  package var inputLimits: InputLimits
  /// No rule may look back further; `nil` leaves it to the rules.
  package var retention: TimeSpan?
  /// Touchpoints, conversions, channels and their limits, compiled.
  package var rules: RuleSet
  /// What is watched and reported; `nil` if nothing is.
  package var insights: InsightsPlan?
  /// Who is told of alerts; `nil` is nobody but the topic's readers.
  package var relay: RelaySettings?
  /// What was accepted but has no effect in this version: one line each, for the log.
  package var warnings: [String]
  /// The whole configuration as a tree, defaults filled in and secrets masked.
  var effective: ConfigurationTree

  /// The log of all journeys' events, keyed by person.
  package var journeysTopic: String { "\(applicationID).journeys" }
  /// The compacted checkpoints of the journeys.
  package var changelogTopic: String { "\(applicationID).journeys-changelog" }
  /// Identifies this instance to brokers for as long as it keeps its name: a restart fences and
  /// aborts its own leftovers at once.
  package var transactionalID: String { "\(applicationID)-\(processing.instanceID)" }
}
