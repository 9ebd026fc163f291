import Foundation
import Operations
import Pipeline
import Testing

/// Rules and dashboard ask for metrics that there are, by labels that they have.
@Suite struct MonitoringFilesTests {
  private static let deploy = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Deploy")

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.deploy.appendingPathComponent(path), encoding: .utf8)
  }

  /// The lines of a scrape that are samples.
  private var samples: [Substring] {
    let figures = SampleFigures.busy
    let report = MetricsReport(
      figures, health: HealthReport(figures, at: SampleFigures.now), process: ProcessFigures(),
      version: "1", startSeconds: 0)
    return PrometheusText.text(of: report.families).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
  }

  /// The names of all series that the daemon serves.
  private var series: Set<String> {
    Set(samples.map { String($0.prefix { $0 != "{" && $0 != " " }) })
  }

  /// Metric names in `text`; those of recording rules have a colon.
  private func names(in text: String) -> [String] {
    text.matches(of: /\b(afterclick|process)_[a-z0-9_]+\b/).map { String($0.0) }
  }

  private func dashboard() throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(
      with: Data(text("grafana/afterclick.json").utf8))
    return try #require(json as? [String: Any])
  }

  @Test(arguments: ["afterclick.rules.yml", "afterclick.rules.test.yml"])
  func `alerts are about what is measured, and their tests too`(file: String) throws {
    let names = Set(names(in: try text("prometheus/\(file)")))
    #expect(names.count > 8)
    // Sentences name a histogram without the ending of a series.
    let families = Set(series.map { $0.replacing(/_(bucket|sum|count)$/, with: "") })
    #expect(names.subtracting(series).subtracting(families) == [])
  }

  @Test func `every alert says what is the matter and what to do, and is tested`() throws {
    let rules = try text("prometheus/afterclick.rules.yml")
    let tests = try text("prometheus/afterclick.rules.test.yml")
    let alerts = rules.components(separatedBy: "- alert: ").dropFirst()
    #expect(alerts.count >= 10)
    for alert in alerts {
      let name = String(alert.prefix { $0 != "\n" })
      for part in ["severity: ", "summary: ", "runbook: "] {
        #expect(alert.contains(part), "\(name) has no \(part)")
      }
      let expectations = tests.components(separatedBy: "alertname: \(name)\n").dropFirst()
      #expect(expectations.contains { $0.hasPrefix("        exp_alerts:") }, "\(name)")
    }
  }

  @Test func `every alert has its section in the runbook, in the same order`() throws {
    let alerts = try text("prometheus/afterclick.rules.yml").components(separatedBy: "- alert: ")
      .dropFirst().map { String($0.prefix { $0 != "\n" }) }
    let sections = try text("handbook/runbook.md").components(separatedBy: "\n## ")
      .dropFirst().map { String($0.prefix { $0 != "\n" }) }
    #expect(sections == alerts)
  }

  @Test func `pages of the handbook lead to pages that there are`() throws {
    let folder = Self.deploy.appendingPathComponent("handbook")
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    for page in pages {
      for link in try text("handbook/\(page)").matches(of: /\]\(([a-z]+\.md)\)/) {
        #expect(pages.contains(String(link.1)), "\(page): \(link.1)")
      }
    }
  }

  @Test func `the dashboard shows what is measured, by labels that there are`() throws {
    let panels = try #require(dashboard()["panels"] as? [[String: Any]])
    let targets = panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }
    #expect(targets.count > 25)
    for target in targets {
      let query = try #require(target["expr"] as? String)
      let legend = try #require(target["legendFormat"] as? String)
      let names = names(in: query)
      #expect(!names.isEmpty && Set(names).isSubset(of: series), "\(query)")
      let shown = samples.filter { $0.hasPrefix("\(names.first ?? "-"){") }
      for match in legend.matches(of: /\{\{([a-z]+)\}\}/) where match.1 != "instance" {
        #expect(shown.contains { $0.contains("\(match.1)=\"") }, "\(query): \(match.1)")
      }
    }
  }

  @Test func `the dashboard can choose among instances`() throws {
    let variables = try #require(
      (dashboard()["templating"] as? [String: Any])?["list"] as? [[String: Any]])
    #expect(variables.map { $0["name"] as? String } == ["datasource", "job", "instance"])
    for variable in variables.dropFirst() {
      let query = try #require(variable["definition"] as? String)
      #expect(Set(names(in: query)).isSubset(of: series), "\(query)")
    }
  }
}
