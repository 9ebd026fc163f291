internal import Kafka
package import Pipeline

/// The topics that Afterclick reads and writes, as they should be, and what became of them.
package struct KafkaTopics: Sendable {
  /// What a topic is for; it decides how it has to be.
  package enum Purpose: String, Sendable {
    case input
    case journeys = "journeys log"
    case changelog
    case conversions
    case deadLetters = "dead letters"
    case audits = "erasures"
    case insights = "insights log"
    case insightsChangelog = "insights changelog"
    /// The last record of a key is what stands: alerts, rows of reports, weights of models.
    case states = "alerts, reports or weights"
  }

  /// One topic, after looking.
  package struct Finding: Sendable {
    package enum State: Hashable, Sendable {
      case ready
      case created
      case missing
      /// Nothing breaks, but somebody should look at it.
      case questionable(String)
      /// It cannot work like this: what is wrong, and what to do.
      case wrong(String)
    }

    package let name: String
    package let purpose: Purpose
    package let partitions: Int
    package let state: State
  }

  private let settings: KafkaSettings
  private let partitions: Int
  private let keepsInputs: Bool

  /// Journeys are replayed from the last checkpoint: seconds old in daily life, and as old as the
  /// longest outage to be survived otherwise.
  private static let journeysRetention = "604800000"

  /// `partitions` is what new topics get. With `keepsInputs`, new inputs keep their records for ever,
  /// whatever their timestamps; otherwise as long as the brokers keep records of any topic.
  package init(_ settings: KafkaSettings, partitions: Int, keepsInputs: Bool = false) {
    self.settings = settings
    self.partitions = partitions
    self.keepsInputs = keepsInputs
  }

  private var wanted: [(name: String, purpose: Purpose)] {
    settings.inputs.map { ($0, .input) } + [
      (settings.journeys, .journeys), (settings.changelog, .changelog),
      (settings.conversions, .conversions), (settings.deadLetters, .deadLetters),
    ] + (settings.audits.map { [($0, .audits)] } ?? []) + wantedForInsights
  }

  private var wantedForInsights: [(name: String, purpose: Purpose)] {
    guard let topics = settings.insights else { return [] }
    return [
      (topics.log, .insights), (topics.changelog, .insightsChangelog), (topics.alerts, .states),
      (topics.reports, .states), (topics.models, .states),
    ]
  }

  /// Looks at every topic, creating what is missing if `creating`. Blocks.
  package func prepare(creating: Bool) throws(PipelineError) -> [Finding] {
    do throws(KafkaError) {
      let admin = try KafkaAdmin(settings.admin)
      var counts = try admin.partitionCounts(
        of: wanted.map(\.name), timeout: settings.requestTimeout)
      let missing = wanted.filter { counts[$0.name] == nil }
      var failures: [String: String] = [:]
      var created: Set<String> = []
      if creating, !missing.isEmpty {
        let journeys = counts[settings.journeys] ?? partitions
        let results = try admin.createTopics(
          missing.map { topic($0.name, $0.purpose, journeys: journeys) },
          timeout: settings.requestTimeout)
        for (name, result) in results {
          if case .failed(let error) = result {
            failures[name] = "\(error)"
          } else {
            created.insert(name)
          }
        }
        counts = try awaitTopics(admin, expecting: created, known: counts)
      }
      var findings: [Finding] = []
      for (name, purpose) in wanted {
        let state = try state(
          of: name, purpose, counts: counts, isNew: created.contains(name),
          failure: failures[name], admin)
        findings.append(
          Finding(name: name, purpose: purpose, partitions: counts[name] ?? 0, state: state))
      }
      return findings
    } catch {
      throw PipelineError(error, during: "looking at topics")
    }
  }

  private func topic(_ name: String, _ purpose: Purpose, journeys: Int) -> NewTopic {
    switch purpose {
    case .input:
      NewTopic(
        name, partitions: partitions, configuration: keepsInputs ? ["retention.ms": "-1"] : [:])
    case .conversions: NewTopic(name, partitions: partitions)
    case .audits: NewTopic(name, partitions: 1)
    case .deadLetters:
      NewTopic(name, partitions: 1, configuration: ["max.message.bytes": "8388608"])
    case .journeys:
      NewTopic(
        name, partitions: journeys,
        configuration: ["retention.ms": KafkaTopics.journeysRetention])
    case .changelog, .insightsChangelog:
      NewTopic(name, partitions: journeys, configuration: ["cleanup.policy": "compact"])
    case .insights:
      NewTopic(
        name, partitions: journeys,
        configuration: ["retention.ms": KafkaTopics.journeysRetention])
    case .states:
      NewTopic(name, partitions: 1, configuration: ["cleanup.policy": "compact"])
    }
  }

  /// New topics take a moment until every broker knows them.
  private func awaitTopics(
    _ admin: borrowing KafkaAdmin, expecting names: Set<String>, known: [String: Int]
  ) throws(KafkaError) -> [String: Int] {
    let deadline = ContinuousClock.now + settings.requestTimeout
    var counts = known
    while ContinuousClock.now < deadline, !names.isSubset(of: counts.keys) {
      counts = try admin.partitionCounts(
        of: wanted.map(\.name), timeout: settings.requestTimeout)
    }
    return counts
  }

  private func state(
    of name: String, _ purpose: Purpose, counts: [String: Int], isNew: Bool, failure: String?,
    _ admin: borrowing KafkaAdmin
  ) throws(KafkaError) -> Finding.State {
    if let failure { return .wrong(failure) }
    guard let count = counts[name] else { return .missing }
    if purpose == .changelog || purpose == .insights || purpose == .insightsChangelog {
      if let journeys = counts[settings.journeys], journeys != count {
        return .wrong(
          "has \(count) partitions, but \(settings.journeys) has \(journeys): they must be equal")
      }
    }
    if purpose == .changelog || purpose == .insightsChangelog {
      let policy = try admin.configuration(
        ofTopic: name, timeout: settings.requestTimeout)["cleanup.policy"]
      if let policy, !policy.contains("compact") {
        return .questionable("cleanup.policy is \(policy): unless it is compact it only grows")
      }
    }
    return isNew ? .created : .ready
  }
}
