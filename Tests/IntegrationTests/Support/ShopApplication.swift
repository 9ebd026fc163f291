import Attribution
import Foundation
import Kafka
import Simulation
import Testing

/// One application of the daemon with topics of its own: its instances share a group.
struct ShopApplication: Sendable {
  let id: String
  /// Configurations, logs and local state; deleted by `discard`.
  let folder: String
  let stateStore: StateStore
  /// Visitors are anonymous until they sign up or order, and what they did before becomes theirs.
  let stitches: Bool
  /// A funnel and reports are watched, and orders on mobile devices fail for some hours.
  let watches: Bool
  /// Weights of channels are learned every three hours, of paths of two; late events are given up.
  let learns: Bool
  /// Orders, refunds and cancellations come in an input of their own, as from the same source.
  var splitsOrders = false
  /// What the configuration says of `alerts.relay`, where `watches`.
  var relay: String?
  /// Partitions of inputs and of the internal logs.
  let partitions: Int

  enum StateStore: Sendable {
    case memory, rocksdb
  }

  static let partitions = 4
  /// As low as brokers allow by default: so long a dead member keeps its partitions.
  static let sessionTimeout: Duration = .seconds(6)

  var input: String { "\(id)-events" }
  /// The other input, where `splitsOrders`.
  var orders: String { "\(id)-orders" }
  var conversions: String { "\(id)-conversions" }
  var deadLetters: String { "\(id)-dead-letters" }
  var erasures: String { "\(id)-erasures" }
  var alerts: String { "\(id)-alerts" }
  var reports: String { "\(id)-reports" }
  var insights: String { "\(id).insights" }
  var models: String { "\(id).models" }
  var journeys: String { "\(id).journeys" }
  var changelog: String { "\(id).journeys-changelog" }

  init(
    _ name: String, stateStore: StateStore = .memory, stitches: Bool = false,
    watches: Bool = false, learns: Bool = false, partitions: Int = ShopApplication.partitions
  ) throws {
    self.learns = learns
    id = uniqueName(name)
    self.watches = watches
    self.partitions = partitions
    self.stitches = stitches
    self.stateStore = stateStore
    folder = NSTemporaryDirectory() + "/afterclick-tests/" + id
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  func daemon(_ instanceID: String) throws -> Daemon {
    try Daemon(instanceID: instanceID, folder: folder) { statePath in
      configuration(instanceID: instanceID, statePath: statePath)
    }
  }

  func discard() throws {
    try FileManager.default.removeItem(atPath: folder)
  }

  /// What has to come of it all.
  var audit: AuditSettings {
    var settings = AuditSettings.shop
    settings.stitches = stitches
    return settings
  }

  /// The rules are those of `AuditSettings.shop`.
  private func configuration(instanceID: String, statePath: String) -> String {
    let state =
      switch stateStore {
      case .memory: "{store: memory}"
      case .rocksdb: "{store: rocksdb, directory: \(statePath)}"
      }
    return """
      application_id: \(id)
      kafka:
        bootstrap.servers: \(TestBroker.bootstrapServers)
        session.timeout.ms: \(ShopApplication.sessionTimeout.components.seconds * 1_000)
        heartbeat.interval.ms: 1000
      inputs:
        - {topic: \(input), format: segment}
      \(splitsOrders ? "  - {topic: \(orders), format: segment, source: \(input)}" : "")
      outputs:
        conversions: \(conversions)
        dead_letters: \(deadLetters)
        erasures: \(erasures)
        alerts: \(alerts)
        reports: \(reports)
      http: {listen: "127.0.0.1:0"}
      processing:
        guarantee: exactly_once
        instance_id: \(instanceID)
        checkpoint_interval: 1s
        journeys_partitions: \(partitions)
        state: \(state)
      identity: {stitch: \(stitches)}
      consent: \(stitches ? "{erase: {event: Erase Me}}" : "{}")
      touchpoints:
        - name: visit
          when: {type: [page, screen], any: [{has: campaign}, {starts_session: true}]}
        - name: email_click
          when: {event: Email Link Clicked}
          interaction: click
        - name: ad_view
          when: {event: Ad Viewed}
          interaction: view
      conversions:
        - name: purchase
          when: {event: Order Completed}
          value: /properties/revenue
          currency: /properties/currency
          deduplicate_by: /properties/order_id
          models:
            - first_touch
            - last_touch
            - last_non_direct_touch
            - linear
            - time_decay: {half_life: 7d}
            - position_based
      \(learns ? ShopApplication.learning : "")
        - name: signup
          when: {event: Signed Up}
          kind: micro
          models: [last_touch]
      adjustments:
        - when: {event: Order Refunded}
          conversion: purchase
          key: /properties/order_id
          subtract: /properties/revenue
        - {when: {event: Order Cancelled}, conversion: purchase, key: /properties/order_id}
      \(watches ? watched : "")
      \(learns ? "late: {accept: 1h}" : "")

      """
  }

  private static let learning = """
          - data_driven: {learn_every: 3h, fewest_paths: 20}
        lookback: 2h
    """

  private var watched: String {
    """
    reports: {dimensions: [channel]}
    alerts: {false_alarms_per_week: 1\(relay.map { ", relay: \($0)" } ?? "")}
    funnels:
      - name: checkout
        steps:
          - {name: cart, when: {event: Product Added}}
          - {name: payment, when: {event: Checkout Started}}
          - {name: purchase, when: {event: Order Completed}}
        segments: [device]
      - name: "<script>x"
        steps:
          - {name: "<b>begin", when: {type: page}}
          - {name: "<img src=x>", when: {event: Order Completed}}
    """
  }

  /// Creates the topics as a user would.
  func createTopics(with daemon: Daemon) async throws {
    let output = "\(folder)/topics.log"
    let process = try await ProcessLauncher.shared.start(
      Daemon.program, ["topics", "--config", daemon.configurationPath], output: output,
      errors: output)
    let exit = try await process.awaitExit()
    let said = String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    try #require(exit == .code(0), "\(said)")
  }

  /// Traffic with everything that makes attribution hard; it spans less than `late.accept` even if
  /// one partition is read to its end before another is begun.
  func feed(seed: UInt64, rate: Int, limit: Int) -> Feed {
    var traffic = ShopTrafficSettings()
    traffic.people = 2_000
    traffic.eventsPerSecond = Double(limit) / (48 * 3_600)
    traffic.shareLate = 0.05
    traffic.shareDuplicated = 0.03
    traffic.shareOrdersReportedTwice = 0.2
    traffic.shareRefunded = 0.2
    traffic.shareCancelled = 0.1
    traffic.shareGarbage = 0.02
    if stitches { traffic.identities = .login }
    if watches {
      let from = traffic.start + .hours(30)
      traffic.incidents = [ShopDevice.iOS, .android].map { device in
        PlantedIncident(
          from: from, to: from + .hours(8), device: device, step: .order, factor: 0.02)
      }
    }
    return Feed(
      Feed.Settings(
        topic: input, partitions: partitions, traffic: traffic, seed: seed,
        rate: rate, limit: limit))
  }

  /// Waits until everything in the inputs and in the journeys log is committed.
  func awaitConsumption(patience: Duration = patience) async throws {
    try await wait(
      for: "every record of \(id) is consumed", patience: patience, every: .milliseconds(300)
    ) {
      try await onThread {
        var reader = try TopicReader(group: id)
        let isConsumed =
          try reader.unconsumedRecords(of: input).isEmpty
          && (!splitsOrders || reader.unconsumedRecords(of: orders).isEmpty)
          && reader.unconsumedRecords(of: journeys).isEmpty
          && (!watches || reader.unconsumedRecords(of: insights).isEmpty)
        try reader.close()
        return isConsumed ? true : nil
      }
    }
  }
}
