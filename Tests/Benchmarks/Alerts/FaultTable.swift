/// What became of the planted faults, a line for each kind.
struct FaultTable {
  let outcomes: [FaultOutcome]

  private static let heads = [
    "", "found", "delay, min", "Lorden's bound, min", "delay ÷ bound", "right suspect",
    "right kind", "resolved after, min", "alerts besides",
  ]

  func printOut() {
    let rows = [FaultTable.heads] + PlantedFault.Kind.allCases.map(cells)
    let widths = FaultTable.heads.indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    for row in rows {
      let padded = zip(row, widths).map { text, width in
        text + String(repeating: " ", count: width - text.count)
      }
      print(padded.joined(separator: "  "))
    }
  }

  private func cells(_ kind: PlantedFault.Kind) -> [String] {
    let all = outcomes.filter { $0.fault.kind == kind }
    let found = all.filter { $0.delay != nil }
    return [
      kind.rawValue, "\(found.count) of \(all.count)", text(found.compactMap(\.delay)),
      text(found.compactMap(\.bound)), text(found.compactMap(\.multiple)),
      "\(found.count { $0.isSuspectRight == true }) of \(found.count)",
      "\(found.count { !$0.isMisnamed }) of \(found.count)",
      text(found.compactMap(\.resolution)), "\(all.reduce(0) { $0 + $1.besides })",
    ]
  }

  private func text(_ numbers: [Double]) -> String {
    numbers.isEmpty ? "–" : ResultTable.text(FaultTable.median(numbers))
  }

  /// The middle one; of two, the higher.
  static func median(_ numbers: [Double]) -> Double {
    numbers.isEmpty ? .nan : numbers.sorted()[numbers.count / 2]
  }
}
