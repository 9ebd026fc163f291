import Attribution
import Foundation
import Insights
import Operations
import Stages
import Testing

@Suite struct EffectiveConfigurationTests {
  private static let examples = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Deploy/examples")

  private func text(of example: String) throws -> String {
    try String(
      contentsOf: Self.examples.appendingPathComponent(example), encoding: .utf8)
  }

  /// Everything that can be compared of two configurations.
  private func expectSame(_ left: Configuration, _ right: Configuration) {
    #expect(left.effectiveYAML() == right.effectiveYAML())
    #expect(left.applicationID == right.applicationID)
    #expect(left.kafka == right.kafka)
    #expect(left.inputs == right.inputs)
    #expect(left.outputs == right.outputs)
    #expect(left.processing == right.processing)
    #expect(left.commit == right.commit)
    #expect(left.http == right.http)
    #expect(left.inputLimits == right.inputLimits)
    #expect(left.warnings == right.warnings)
    #expect(left.rules.fields == right.rules.fields)
    #expect(left.rules.limits == right.rules.limits)
    #expect(left.rules.time == right.rules.time)
    #expect(left.rules.ignoredReferrers == right.rules.ignoredReferrers)
    #expect(left.rules.touchpoints.map(\.name) == right.rules.touchpoints.map(\.name))
    #expect(left.rules.channels.map(\.channel) == right.rules.channels.map(\.channel))
    for (one, other) in zip(left.rules.conversions, right.rules.conversions) {
      #expect(one.name == other.name)
      #expect(one.value == other.value)
      #expect(one.currency == other.currency)
      #expect(one.deduplicateBy == other.deduplicateBy)
      #expect(one.deduplicateWithin == other.deduplicateWithin)
      #expect(one.path.lookback == other.path.lookback)
      #expect(one.path.transforms == other.path.transforms)
      #expect(one.path.maximumTouchpoints == other.path.maximumTouchpoints)
      #expect(one.models.map(\.parameters) == other.models.map(\.parameters))
      #expect(one.prefer == other.prefer)
      #expect(one.reportedBy == other.reportedBy)
      #expect(one.credits == other.credits)
      #expect(one.windows.map(\.name) == other.windows.map(\.name))
      #expect(one.windows.map(\.path.lookback) == other.windows.map(\.path.lookback))
      #expect(one.windows.map(\.path.transforms) == other.windows.map(\.path.transforms))
      #expect(one.windows.map(\.path.dimension) == other.windows.map(\.path.dimension))
    }
    #expect(left.rules.sources == right.rules.sources)
    #expect(left.rules.conversionHold == right.rules.conversionHold)
    #expect(left.rules.adjustments.map(\.change) == right.rules.adjustments.map(\.change))
    #expect(left.rules.adjustments.map(\.key) == right.rules.adjustments.map(\.key))
  }

  @Test(arguments: [
    Samples.design, Samples.minimal,
    """
    kafka: {client.id: "a: b # c", debug: 'true', x.y: " spaced ", x.z: "é\\n\\t\\"q\\\\", x.n: "5"}
    inputs: [{topic: t, format: segment}]
    channels: {rules: [{channel: "yes, [really]", when: {source: 'null', term: ["12", 12, "true"]}}]}
    conversions:
      - name: "1"
        when: {"/a: b/{c}": {matches: '^[a-z]+\\.(b|c)$'}, not: {any: [{type: page}, {all: [{}]}]}}
        value: 10.50
        path: {transforms: [remove(A B), {remove_trailing: "C, D"}]}
    """,
  ])
  func `what is printed means the same`(yaml: String) throws {
    let first = try Configuration.parse(yaml)
    expectSame(first, try Configuration.parse(first.effectiveYAML()))
  }

  @Test(arguments: [
    "minimal.yaml", "shop-segment.yaml", "shop-snowplow.yaml", "saas-segment.yaml",
    "mapped-crm.yaml",
  ])
  func `examples load without a warning and can run`(example: String) throws {
    let path = Self.examples.appendingPathComponent(example).path
    let configuration = try Configuration.load(path: path)
    #expect(configuration.warnings.isEmpty)
    #expect(configuration.obstaclesToRunning().isEmpty)
    expectSame(configuration, try Configuration.parse(configuration.effectiveYAML()))
  }

  @Test func `defaults are printed, and the environment's settings`() throws {
    let printed = try Configuration.parse(
      Samples.minimal, environment: ["AFTERCLICK_COMMIT__MAX_PENDING": "7"]
    ).effectiveYAML()
    for line in [
      "application_id: afterclick", "  conversions: attributed-conversions",
      "  guarantee: exactly_once", "    store: memory", "  max_pending: 7",
      "  listen: 127.0.0.1:9464", "  min_interval: 5ms",
      "  backlog_interval: 100ms", "  record_bytes: 512KiB", "  defaults: ga4", "  - name: visit",
      "      click: 30d",
      "        - exposure", "      - position_based", "  - paypal.com", "  accept: 3d",
    ] {
      #expect(printed.split(separator: "\n").contains { $0 == line }, "\(line)")
    }
  }

  @Test func `what is watched is printed with its defaults, and nothing where nothing is`() throws {
    let watched = """
      \(Samples.minimal)
      funnels: [{name: f, steps: [{name: a, when: {event: A}}, {name: b, when: {event: B}}]}]
      reports: {}
      """
    let printed = try Configuration.parse(watched).effectiveYAML()
    for line in [
      "    order: ordered", "    within: 1d", "    segments_from: first",
      "  false_alarms_per_week: 1", "  accept_level_after: 3d", "  renotify: 4h",
      "    - campaign", "  window: 1d",
    ] {
      #expect(printed.split(separator: "\n").contains { $0 == line }, "\(line)")
    }
    let again = try Configuration.parse(printed)
    #expect(again.insights?.alerts == AlertSettings() && again.effectiveYAML() == printed)
    #expect(try !Configuration.parse(Samples.minimal).effectiveYAML().contains("alerts:\n"))
  }

  @Test func `masked secrets still load`() throws {
    let yaml = "\(Samples.minimal)\nkafka: {bootstrap.servers: b, sasl.password: x}"
    let printed = try Configuration.parse(yaml).effectiveYAML()
    #expect(try Configuration.parse(printed).kafka["bootstrap.servers"] == "b")
  }

  @Test func `a file that is missing or no text is named`() throws {
    let missing = #expect(throws: ConfigurationError.self) {
      try Configuration.load(path: "/nowhere/a.yaml")
    }
    #expect(missing?.lines == ["/nowhere/a.yaml: cannot be read"])
    let binary = FileManager.default.temporaryDirectory
      .appendingPathComponent("afterclick-\(UUID().uuidString).yaml")
    try Data([0xff, 0xfe, 0x00, 0x61]).write(to: binary)
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.load(path: binary.path)
    }
    #expect(error?.lines == ["\(binary.path): is not UTF-8 text"])
    let directory = #expect(throws: ConfigurationError.self) {
      try Configuration.load(path: Self.examples.path)
    }
    #expect(directory?.lines == ["\(Self.examples.path): cannot be read"])
  }
}
