import Attribution
import Formats
import Foundation
import Insights
import Operations
import Stages
import Testing

/// The reference documentation says what is so: its examples load, and no key is left out.
@Suite struct DocumentationTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Deploy/handbook")

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// What stands between "```yaml" and "```".
  private func examples(in text: String) -> [String] {
    text.components(separatedBy: "```yaml\n").dropFirst().map { part in
      part.components(separatedBy: "```")[0]
    }
  }

  @Test(arguments: ["configuration.md", "sources.md", "identity.md", "security.md"])
  func `every example loads without a warning`(name: String) throws {
    let key = try KeyFile("0123456789abcdef")
    defer { key.remove() }
    let examples = examples(in: try text(name))
    #expect(examples.count >= 3)
    for example in examples {
      var yaml = example
      for file in ["hash-key", "sasl-password", "key-passphrase"] {
        yaml = yaml.replacing("/etc/afterclick/\(file)", with: key.path)
      }
      for (key, stub) in [
        ("inputs", "inputs: [{topic: t, format: segment}]"),
        ("conversions", "conversions: [{name: c, when: {event: e}}]"),
      ] where !example.split(separator: "\n").contains(where: { $0.hasPrefix("\(key):") }) {
        yaml += "\(stub)\n"
      }
      let configuration = try Configuration.parse(yaml)
      #expect(configuration.warnings.isEmpty, "\(example)")
    }
  }

  @Test func `the funnel, the alerts and the reports of the handbook are what is watched`() throws {
    let examples = examples(in: try text("insights.md"))
    #expect(examples.count == 3)
    let conversions = "conversions: [{name: c, when: {event: e}}]\n"
    let costs = try #require(try Configuration.parse(conversions + examples[1]).insights)
    #expect(costs.spend.map(\.dimension) == ["campaign"] && costs.spend[0].key.count == 2)
    let stubs = "inputs: [{topic: t, format: segment}]\n" + conversions
    let plan = try #require(try Configuration.parse(stubs + examples[0]).insights)
    #expect(plan.funnels.map(\.steps.count) == [3] && plan.funnels[0].exclude.count == 1)
    #expect(plan.reports.map(\.conversion) == ["c"])
    #expect(plan.alerts.runbookURL != nil)
    let key = try KeyFile("0123456789abcdef")
    defer { key.remove() }
    let relaying = examples[2].replacing("/etc/afterclick/pagerduty.key", with: key.path)
    let relay = try #require(try Configuration.parse(stubs + relaying).relay)
    #expect(relay.receivers == [.alertmanager, .pagerDuty] && relay.link != nil)
  }

  /// Each of these has a key that nobody knows, and the reader says which ones it would have taken.
  @Test(arguments: [
    "zzzzzz: 1", "processing: {zzzzzz: 1}", "processing: {state: {zzzzzz: 1}}",
    "commit: {zzzzzz: 1}", "limits: {zzzzzz: 1}", "time: {zzzzzz: 1}", "late: {zzzzzz: 1}",
    "outputs: {zzzzzz: 1}", "inputs: [{topic: u, format: segment, zzzzzz: 1}]",
    "inputs: [{topic: u, format: cloudevents, data: {format: mapped, zzzzzz: 1}}]",
    "funnels: [{name: f, zzzzzz: 1}]", "funnels: [{name: f, steps: [{name: s, zzzzzz: 1}]}]",
    "alerts: {zzzzzz: 1}", "reports: {zzzzzz: 1}",
    "alerts: {relay: {zzzzzz: 1}}", "alerts: {relay: {alertmanager: {zzzzzz: 1}}}",
    "alerts: {relay: {pagerduty: {zzzzzz: 1}}}",
    "channels: {zzzzzz: 1}", "channels: {rules: [{channel: x, when: {event: e}, zzzzzz: 1}]}",
    "touchpoints: [{name: t, when: {event: e}, zzzzzz: 1}]", "screening: {zzzzzz: 1}",
    "conversions: [{name: d, when: {event: e}, zzzzzz: 1}]",
    "conversions: [{name: d, when: {event: e}, path: {zzzzzz: 1}}]",
    "conversions: [{name: d, when: {event: e}, lookback: {zzzzzz: 1}}]",
    "conversions: [{name: d, when: {event: e}, windows: [{name: w, zzzzzz: 1}]}]",
    "conversions: [{name: d, when: {event: e}, credits: {conversion: d, zzzzzz: 1}}]",
    "adjustments: [{when: {event: e}, conversion: c, key: /k, zzzzzz: 1}]",
    "spend: [{dimension: d, zzzzzz: 1}]",
    "identity: {zzzzzz: 1}", "consent: {zzzzzz: 1}", "http: {zzzzzz: 1}",
  ])
  func `every key that is read is explained`(yaml: String) throws {
    var whole = yaml + "\n"
    if !yaml.hasPrefix("inputs") { whole += "inputs: [{topic: t, format: segment}]\n" }
    if !yaml.hasPrefix("conversions") { whole += "conversions: [{name: c, when: {event: e}}]\n" }
    let error = #expect(throws: ConfigurationError.self) { try Configuration.parse(whole) }
    let messages = error?.problems.map(\.message) ?? []
    let message = try #require(
      messages.first { $0.contains("unknown key; expected one of ") }, "\(messages)")
    let keys = try #require(message.components(separatedBy: "expected one of ").last)
      .components(separatedBy: ", ")
    let explained = try ["configuration.md", "identity.md", "insights.md", "operating.md"].map {
      try self.text($0)
    }.joined()
    for key in keys {
      let spellings = ["`\(key)`", "\n  \(key):", "\n    \(key):"]
      #expect(spellings.contains { explained.contains($0) }, "\(key)")
    }
  }

  @Test func `every key of identity and consent is explained`() throws {
    let text = try text("identity.md")
    for key in [
      "stitch", "max_devices", "remember_links", "max_events", "blocked_ids", "emails",
      "hash_key_file",
      "required", "preferences", "otherwise", "erase",
    ] {
      #expect(text.contains("\n  \(key):"), "\(key)")
    }
    for word in BlockedIDs.usual {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test func `every field of a mapped input is explained and in the example`() throws {
    let text = try text("sources.md")
    let section = try #require(text.components(separatedBy: "### `mapped`").last)
      .components(separatedBy: "\n## ")[0]
    for field in MappedFields.Field.allCases {
      #expect(section.contains("`\(field.rawValue)`"), "\(field.rawValue)")
      #expect(section.contains("      \(field.rawValue): /"), "\(field.rawValue)")
    }
  }

  @Test func `every field that rules can name is listed`() throws {
    let text = try text("sources.md").components(separatedBy: "### ")[0]
    // The channel is the rules' own finding.
    for name in EventField.named.keys where name != "channel" {
      #expect(text.contains("`\(name)`"), "\(name)")
    }
  }
}
