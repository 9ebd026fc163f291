internal import Attribution
internal import Formats

// What Insights has learned comes by the journeys log, like everything that an answer depends on.
extension JourneyMachine {
  /// From here on `data_driven` of the rule `name` goes by `weights`.
  ///
  /// What was said before stays: it names the weights that it went by.
  mutating func use(_ weights: DataDrivenModel.Weights, ofRuleNamed name: String) {
    guard let rule = rules.conversions.firstIndex(where: { $0.name == name }),
      let number = rules.conversions[rule].models.firstIndex(where: { $0 is DataDrivenModel }),
      let model = rules.conversions[rule].models[number] as? DataDrivenModel
    else { return }
    rules.conversions[rule].models[number] = model.with(weights)
    self.weights.set(weights, ofRuleNamed: name)
  }
}
