import Attribution
import Formats
import Operations
import Pipeline
import Simulation

/// A shop's rules, as a configuration and as the reference implementation is told them.
enum ShopReplay {
  static let configuration = """
    inputs:
      - {topic: web-events, format: segment}
      - {topic: app-events, format: segment}
    touchpoints:
      - name: visit
        when: {type: [page, screen], any: [{has: campaign}, {starts_session: true}]}
      - {name: email_click, when: {event: Email Link Clicked}, interaction: click}
      - {name: ad_view, when: {event: Ad Viewed}, interaction: view}
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
      - {name: signup, when: {event: Signed Up}, kind: micro, models: [last_touch]}
    """

  static var audit: AuditSettings {
    var settings = AuditSettings()
    settings.touchpoints = [
      .visit,
      .event("Email Link Clicked", name: "email_click", interaction: .click),
      .event("Ad Viewed", name: "ad_view", interaction: .view),
    ]
    var purchase = AuditConversionRule(name: "purchase", event: "Order Completed")
    purchase.value = .pointer("/properties/revenue")
    purchase.currency = .pointer("/properties/currency")
    purchase.deduplicateBy = "/properties/order_id"
    purchase.models = [
      .firstTouch, .lastTouch, .lastNonDirectTouch, .linear, .timeDecay(halfLife: .days(7)),
      .positionBased,
    ]
    settings.conversions = [purchase, AuditConversionRule(name: "signup", event: "Signed Up")]
    return settings
  }

  /// Later than all the traffic of these tests.
  static let now = EventTime(milliseconds: 1_900_000_000_000)

  static func traffic(
    _ count: Int, seed: UInt64 = 1, _ change: (inout ShopTrafficSettings) -> Void = { _ in }
  ) -> [TrafficRecord] {
    var settings = ShopTrafficSettings()
    settings.people = max(50, count / 20)
    change(&settings)
    var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: seed))
    return (0..<count).compactMap { _ in traffic.next() }
  }

  static func lines(_ records: [TrafficRecord]) -> [UInt8] {
    var bytes: [UInt8] = []
    for record in records { record.appendLine(to: &bytes) }
    return bytes
  }
}

/// What a replay wrote.
struct ReplayOutcome: Equatable {
  var report: ReplayReport
  var conversions: [UInt8]
  var deadLetters: [UInt8]

  /// The lines of `conversions`.
  var records: [[UInt8]] { conversions.split(separator: 0x0a).map(Array.init) }

  /// The lines of `deadLetters` as text.
  var letters: [String] {
    deadLetters.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension TemporaryDirectory {
  /// Replays files of the shop's topics into files of this directory.
  func replay(
    _ inputs: [(topic: String, path: String)], recordBytes: Int? = nil,
    _ configuration: String = ShopReplay.configuration
  ) throws -> ReplayOutcome {
    let configuration = try Configuration.parse(configuration)
    var limits = configuration.inputLimits
    if let recordBytes { limits.recordBytes = recordBytes }
    let inputs = try inputs.map { input in
      guard let topic = configuration.inputs.first(where: { $0.topic == input.topic }) else {
        throw UnknownTopic()
      }
      return ReplayInput(topic: topic.topic, format: topic.format, path: input.path)
    }
    let settings = Replay.Settings(
      rules: configuration.rules, limits: limits, inputs: inputs, presumedNow: ShopReplay.now)
    var replay = try Replay(
      settings, conversions: try LineWriter(replacing: file("conversions")),
      deadLetters: try LineWriter(replacing: file("dead-letters")))
    let report = try replay.run()
    return ReplayOutcome(
      report: report, conversions: try read("conversions"), deadLetters: try read("dead-letters"))
  }

  /// Replays one file of `web-events` with these bytes.
  func replay(_ bytes: [UInt8], name: String = "events", recordBytes: Int? = nil) throws
    -> ReplayOutcome
  {
    let path = try write(bytes, to: name)
    return try replay([("web-events", path)], recordBytes: recordBytes)
  }

  private struct UnknownTopic: Error {}
}
