import ArgumentParser
import Operations

/// The configuration under which everything is measured: six models, and the shop's touchpoints.
struct BenchmarkConfiguration {
  /// Which rule makes a page view a touchpoint.
  enum Rule: String, CaseIterable, ExpressibleByArgument {
    /// A view with campaign data: three events of four match nothing and end in Intake.
    case campaign
    /// The default: also the first event of a session, so every event has to go on to Journeys.
    case session
  }

  var rule = Rule.campaign
  var application = "bench"
  var bootstrap: String?
  var properties: [(name: String, value: String)] = []
  /// Lines for the sections that only the daemon needs.
  var sections: [String] = []

  /// The configuration as a file of the user would say it.
  var yaml: String {
    var lines = ["application_id: \(application)"]
    lines.append("kafka:")
    lines.append("  bootstrap.servers: \(bootstrap ?? "localhost:9092")")
    lines += properties.map { "  \($0.name): \"\($0.value)\"" }
    lines.append("inputs: [{topic: \(inputTopic), format: segment}]")
    lines.append("outputs:")
    lines.append("  conversions: \(conversionsTopic)")
    lines.append("  dead_letters: \(deadLettersTopic)")
    lines.append("http: {listen: none}")
    lines += sections
    lines.append("touchpoints:")
    lines.append("  - {name: visit, when: \(visitCondition)}")
    lines.append("  - {name: email_click, when: {event: Email Link Clicked}, interaction: click}")
    lines.append("  - {name: ad_view, when: {event: Ad Viewed}, interaction: view}")
    return lines.joined(separator: "\n") + "\n" + BenchmarkConfiguration.conversions
  }

  /// Another application's input may be read again.
  var input: String?
  var inputTopic: String { input ?? "\(application)-events" }
  var journeysTopic: String { "\(application).journeys" }
  var changelogTopic: String { "\(application).journeys-changelog" }
  var deadLettersTopic: String { "\(application)-dead-letters" }
  var conversionsTopic: String { "\(application)-conversions" }

  private var visitCondition: String {
    switch rule {
    case .campaign: "{type: [page, screen], has: campaign}"
    case .session: "{type: [page, screen], any: [{has: campaign}, {starts_session: true}]}"
    }
  }

  /// The shop's funnel, watched, and reports.
  static let watching = """
    funnels:
      - name: checkout
        steps:
          - {name: product, when: {event: Product Viewed}}
          - {name: cart, when: {event: Product Added}}
          - {name: payment, when: {event: Checkout Started}, within: 2h}
          - {name: purchase, when: {event: Order Completed}}
        segments: [device, channel]
    reports: {dimensions: [channel, campaign], window: 1d}
    """

  private static let conversions = """
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
          - {time_decay: {half_life: 7d}}
          - position_based

    """

  func parsed() throws -> Configuration {
    try Configuration.parse(yaml, file: "benchmark")
  }
}
