/// Credit in proportion to what each channel was found to contribute.
///
/// As long as nothing has been found out, every touchpoint gets the same, and the output says that
/// the weights are of version 0. A result depends on weights only through the version that it names.
package struct DataDrivenModel: AttributionModel {
  /// What was learned from the paths of one period.
  package struct Weights: Hashable, Sendable {
    /// Counts up from 1.
    package let version: Int
    package let channels: [NamedWeight]
    /// The weight of a channel that was not seen, in millionths.
    package let other: UInt64

    package init(version: Int, channels: [NamedWeight], other: UInt64) {
      precondition(version > 0, "version \(version)")
      self.version = version
      self.channels = channels
      self.other = other
    }
  }

  package let name = "data_driven"
  package let learner: CreditLearner
  package let weights: Weights?
  private let byChannel: [NormalizedText: UInt64]

  package init(
    learner: CreditLearner = CreditLearner(.markov(order: 1)), weights: Weights? = nil
  ) {
    self.learner = learner
    self.weights = weights
    byChannel = Dictionary(
      (weights?.channels ?? []).map { (NormalizedText($0.name), $0.weight) },
      uniquingKeysWith: { first, _ in first })
  }

  package var parameters: [ModelParameter] {
    guard let weights else {
      return [ModelParameter("version", .number(0)), ModelParameter("answer", .text("linear"))]
    }
    let version = ModelParameter("version", .number(weights.version))
    return switch learner.method {
    case .markov(let order):
      [version, ModelParameter("method", .text("markov")), ModelParameter("order", .number(order))]
    case .shapley: [version, ModelParameter("method", .text("shapley"))]
    }
  }

  /// The same model with what was learned last.
  package func with(_ weights: Weights) -> DataDrivenModel {
    DataDrivenModel(learner: learner, weights: weights)
  }

  package func credits(for path: Path) -> Credits {
    Credits(
      normalizingOrEqual: path.touchpoints.map { touchpoint in
        guard let weights else { return 1 }
        return byChannel[touchpoint.shared.value(of: .channel)] ?? weights.other
      })
  }
}
