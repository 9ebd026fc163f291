/// Compares what was written to `attributed-conversions` with what had to be.
package struct Auditor: Sendable {
  /// What does not agree; empty if all does.
  package struct Report: Sendable {
    /// The first ones, as sentences.
    package fileprivate(set) var differences: [String] = []
    /// All of them.
    package fileprivate(set) var total = 0

    package var isEmpty: Bool { total == 0 }
  }

  /// The differences a report spells out.
  package var limit: Int

  /// Conversions may move from one person to another, who both emit revisions of it without knowing
  /// of each other's last; the highest still comes at last.
  package var allowsCrossing: Bool

  package init(limit: Int = 20, allowsCrossing: Bool = false) {
    self.limit = limit
    self.allowsCrossing = allowsCrossing
  }

  /// `observed` are the values of the topic's records in the order of the topic.
  ///
  /// Every revision appears once and in order, and of each conversion the last one agrees with the
  /// expectation. What merely turned out to be another's repeat is retracted.
  package func report(
    of observed: [[UInt8]], against expectation: ExpectedOutcome
  ) -> Report {
    var differences: [String] = []
    var last: [String: AuditJSON] = [:]
    var revisions: [String: Int] = [:]
    for (index, bytes) in observed.enumerated() {
      guard let json = AuditJSON(bytes), let id = json["conversion_id"]?.nonEmptyText,
        case .number(let text) = json["revision"], let revision = Int(text)
      else {
        differences.append("record \(index) cannot be read: \(Auditor.excerpt(bytes))")
        continue
      }
      if json["schema"] != .text("afterclick/attributed-conversion/v1") {
        differences.append("\(id) revision \(revision): schema is \(json["schema"] ?? .null)")
      }
      let previous = revisions[id] ?? 0
      if revision != previous + 1, !allowsCrossing {
        let what = revision <= previous ? "again, or too late" : "too early"
        differences.append("\(id): revision \(revision) came \(what), after revision \(previous)")
      }
      if allowsCrossing {
        let person = "\(id) \(json["person_id"] ?? .null)"
        if revision <= revisions[person] ?? 0 {
          differences.append("\(id): revision \(revision) came again from the same person")
        }
        revisions[person] = revision
      }
      revisions[id] = max(previous, revision)
      if revision >= previous || allowsCrossing { last[id] = json }
    }
    for (id, json) in last.sorted(by: { $0.key < $1.key })
    where json["revision"] != .number("\(revisions[id] ?? 0)") {
      differences.append("\(id): the last record is not the highest revision")
    }
    differences += compare(last, with: expectation)
    var report = Report()
    report.total = differences.count
    report.differences = Array(differences.prefix(limit))
    return report
  }

  private func compare(
    _ last: [String: AuditJSON], with expectation: ExpectedOutcome
  ) -> [String] {
    let standing = last.filter { $0.value["status"] != .text("retracted") }
    var differences: [String] = []
    for (id, expected) in expectation.conversions.sorted(by: { $0.key < $1.key }) {
      if let observed = standing[id] ?? (expected.isRetracted ? last[id] : nil) {
        var comparison = RecordComparison(id)
        comparison.compare(observed, with: expected)
        differences += comparison.differences
      } else if last[id] != nil {
        differences.append("\(id) is retracted and should stand")
      } else {
        differences.append("\(id) is missing")
      }
    }
    let known = Set(expectation.conversions.keys).union(expectation.ambiguousIDs)
    for id in standing.keys.sorted() where !known.contains(id) {
      differences.append("\(id) should not be there")
    }
    return differences
  }

  private static func excerpt(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(80), as: UTF8.self)
  }
}
