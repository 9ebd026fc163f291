internal import Pipeline

/// One metric with all its samples, as Prometheus knows it.
package struct MetricFamily: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case counter, gauge, histogram
  }

  /// One value, and what tells it from the others of the family.
  struct Sample: Hashable, Sendable {
    var labels: [Label]
    var value: Value
    /// Stands after the family's name.
    var suffix = ""
  }

  struct Label: Hashable, Sendable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  enum Value: Hashable, Sendable {
    case integer(Int)
    case number(Double)
  }

  package let name: String
  package let kind: Kind
  package let help: String
  private(set) var samples: [Sample] = []

  init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  /// The same with one value more.
  func adding(_ value: Int, _ labels: Label...) -> MetricFamily {
    adding(Sample(labels: labels, value: .integer(value)))
  }

  func adding(_ value: Double, _ labels: Label...) -> MetricFamily {
    adding(Sample(labels: labels, value: .number(value)))
  }

  /// The same with all the values of `histogram`.
  func adding(_ histogram: LatencyHistogram, _ labels: Label...) -> MetricFamily {
    var family = self
    var below = 0
    for (bound, count) in zip(LatencyHistogram.bounds, histogram.counts) {
      below += count
      let labels = labels + [Label("le", PrometheusText.number(bound))]
      family.samples.append(.init(labels: labels, value: .integer(below), suffix: "_bucket"))
    }
    let all = labels + [Label("le", "+Inf")]
    family.samples += [
      .init(labels: all, value: .integer(histogram.count), suffix: "_bucket"),
      .init(labels: labels, value: .number(histogram.sum), suffix: "_sum"),
      .init(labels: labels, value: .integer(histogram.count), suffix: "_count"),
    ]
    return family
  }

  private func adding(_ sample: Sample) -> MetricFamily {
    var family = self
    family.samples.append(sample)
    return family
  }
}
