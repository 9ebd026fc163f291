/// A path with every model's answer.
package struct AttributedPath: Sendable {
  /// One model's answer, in the order of the path.
  package struct ModelResult: Sendable {
    package let name: String
    package let parameters: [ModelParameter]
    /// Credits sum to one, here and on every other path.
    package let sharesCredit: Bool
    package let credits: Credits
    /// Empty if the conversion has no value.
    package let values: [Amount]
  }

  package let lookback: PathRules.Lookback
  package let path: Path
  /// Empty if nothing is on the path.
  package let models: [ModelResult]

  /// Shares `value` over `path` under every one of `models`.
  package init(
    _ path: Path, rules: PathRules, models: [any AttributionModel], value: Amount?
  ) {
    lookback = rules.lookback
    self.path = path
    self.models =
      path.touchpoints.isEmpty
      ? []
      : models.map { model in
        let credits = model.credits(for: path)
        return ModelResult(
          name: model.name, parameters: model.parameters, sharesCredit: model.sharesCredit,
          credits: credits,
          values: value.map { $0.shared(by: credits) } ?? [])
      }
  }
}
