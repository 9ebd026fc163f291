package import Attribution

/// The paths of one conversion rule in one period: which lead to conversions, how long they are, and
/// how long they take.
package struct PathReport: Hashable, Sendable {
  package struct Path: Hashable, Sendable {
    package let channels: [String]
    package let conversions: Int
    /// Of those who left; counted only where something learns from them.
    package let departures: Int
  }

  /// Paths that are named.
  package static let topPaths = 20

  package let from: EventTime
  package let to: EventTime
  package let conversions: Int
  package let departures: Int
  /// Those with the most conversions, then by their channels.
  package let top: [Path]
  /// Conversions by touchpoints on their path, in order; the longest that are told apart take all that
  /// are longer.
  package let lengths: [(touchpoints: Int, conversions: Int)]
  /// Conversions by the time from the first touchpoint.
  package let lags: SpanHistogram

  init(_ table: PathTable, lags: SpanHistogram, from: EventTime) {
    self.from = from
    to = from + PathHistory.period
    self.lags = lags
    conversions = table.conversions
    departures = table.others
    let named = table.named.filter { $0.conversions > 0 }
    top = named.sorted { left, right in
      left.conversions == right.conversions
        ? left.path.lexicographicallyPrecedes(right.path) : left.conversions > right.conversions
    }
    .prefix(PathReport.topPaths).map { path in
      Path(channels: path.path, conversions: path.conversions, departures: path.others)
    }
    var lengths = [Int](repeating: 0, count: PathTable.longest + 1)
    for path in named { lengths[path.path.count] += path.conversions }
    self.lengths = lengths.enumerated().filter { $0.element != 0 }.map { ($0.offset, $0.element) }
  }

  package static func == (left: PathReport, right: PathReport) -> Bool {
    left.from == right.from && left.conversions == right.conversions
      && left.departures == right.departures && left.top == right.top && left.lags == right.lags
      && left.lengths.elementsEqual(right.lengths) { $0 == $1 }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(from)
    hasher.combine(top)
  }
}
