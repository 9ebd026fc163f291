import Foundation
import Operations
import Pipeline
import Testing

/// The handbook names what there is: every metric and every message, and nothing else.
@Suite struct OperatingHandbookTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The cells of every row of the table under `heading`.
  private func rows(under heading: String) throws -> [[String]] {
    let text = try String(
      contentsOf: Self.root.appendingPathComponent("Deploy/handbook/operating.md"), encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## \(heading)\n").last)
      .components(separatedBy: "\n## ")[0]
    return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  private func families(_ figures: PipelineFigures) -> [MetricFamily] {
    MetricsReport(
      figures, health: HealthReport(figures, at: SampleFigures.now), process: ProcessFigures(),
      version: "1", startSeconds: 0
    ).families
  }

  @Test func `every metric is explained, with its type, and no other`() throws {
    let rows = try rows(under: "Metrics")
    #expect(
      rows.map { "\($0[0]) \($0[1])" }
        == families(PipelineFigures()).map { "`\($0.name)` \($0.kind.rawValue)" })
  }

  @Test func `labels are named as they are`() throws {
    let text = PrometheusText.text(of: families(SampleFigures.busy))
    for row in try rows(under: "Metrics") {
      let name = row[0].filter { $0 != "`" }
      let sample = try #require(
        text.split(separator: "\n").first {
          $0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ") || $0.hasPrefix("\(name)_bucket{")
        }, "\(name)")
      let labels = sample.matches(of: /([a-z]+)="/).map { String($0.1) }.filter { $0 != "le" }
      #expect(row[2] == labels.joined(separator: ", "), "\(name)")
    }
  }

  /// Messages above `debug` in the sources, with their levels.
  private func messages() throws -> [String: Set<String>] {
    var messages: [String: Set<String>] = [:]
    for module in ["Pipeline", "KafkaTransport", "Operations", "afterclick"] {
      let folder = Self.root.appendingPathComponent("Sources/\(module)")
      let files = try #require(
        FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
      for case let file as URL in files where file.pathExtension == "swift" {
        let text = try String(contentsOf: file, encoding: .utf8)
        let call = /logger\.(info|notice|warning|error|critical)\(\s*("""[^"]+"""|"[^"]+")/
        for match in text.matches(of: call) {
          let message = match.2.filter { $0 != "\"" }.replacing(/\\\n\s*/, with: "")
            .trimmingCharacters(in: .whitespacesAndNewlines)
          // Warnings about the configuration say themselves what they are about.
          guard !message.hasPrefix("\\(") else { continue }
          messages[message, default: []].insert(String(match.1))
        }
      }
    }
    return messages
  }

  @Test func `every message is explained, with its level, and no other`() throws {
    var explained: [String: Set<String>] = [:]
    for row in try rows(under: "Logs") {
      explained[row[0].filter { $0 != "`" }] = Set(row[1].components(separatedBy: ", "))
    }
    let messages = try messages()
    #expect(messages.count > 20)
    #expect(messages == explained)
  }
}
