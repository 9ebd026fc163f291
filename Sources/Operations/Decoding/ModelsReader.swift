internal import Attribution

/// Reads the `models` of a conversion: names, or a name with its parameters.
enum ModelsReader {
  /// The models that there are, in the order in which they are computed by default.
  private static let available = [
    "first_touch", "last_touch", "last_non_direct_touch", "linear", "time_decay", "position_based",
  ]
  private static let planned = ["w_shaped", "participation", "custom", "funnel", "data_driven"]

  static func models(in conversion: inout SectionReader) -> [any AttributionModel] {
    guard let value = conversion.optional("models") else {
      conversion.fillIn("models", ConfigurationTree.list(available.map { .text($0) }).value)
      return available.compactMap { model(named: $0) }
    }
    var models: [any AttributionModel] = []
    for element in value.filledList("a list of models such as [last_touch, linear]") ?? [] {
      guard let model = model(element) else { continue }
      if models.contains(where: { $0.name == model.name }) {
        element.fail("`\(model.name)` is given twice")
      } else {
        models.append(model)
      }
    }
    return models
  }

  private static func model(_ value: ValueReader) -> (any AttributionModel)? {
    if let name = value.scalar {
      if let model = model(named: name) { return model }
      reject(name, value)
      return nil
    }
    guard case .section(let entries) = value.tree.value, entries.count == 1 else {
      value.expected("a model's name, or {time_decay: {half_life: 7d}}")
      return nil
    }
    let entry = entries[0]
    guard let model = model(named: entry.key) else {
      reject(entry.key, value)
      return nil
    }
    let parameters = ValueReader(
      tree: entry.value, path: value.path + [.key(entry.key)], context: value.context)
    guard var section = parameters.section("the model's parameters") else { return nil }
    let result = configured(model, &section)
    section.finish()
    return result
  }

  private static func reject(_ name: String, _ value: ValueReader) {
    if planned.contains(name) {
      value.fail("`\(name)` is not available in this version")
    } else {
      let meant = Suggestion.phrase(for: name, among: available + planned)
      value.fail("no model is called \(ValueReader.quoted(name))\(meant)")
    }
  }

  /// The model with its default parameters.
  private static func model(named name: String) -> (any AttributionModel)? {
    switch name {
    case "first_touch": FirstTouchModel()
    case "last_touch": LastTouchModel()
    case "last_non_direct_touch": LastNonDirectTouchModel()
    case "linear": LinearModel()
    case "time_decay": TimeDecayModel()
    case "position_based": PositionBasedModel()
    default: nil
    }
  }

  private static func configured(
    _ model: any AttributionModel, _ section: inout SectionReader
  ) -> (any AttributionModel)? {
    switch model {
    case let decay as TimeDecayModel:
      let least = TimeSpan(milliseconds: 1)
      let halfLife = section.value("half_life", default: decay.halfLife) { value in
        value.duration(atLeast: least)
      }
      return TimeDecayModel(halfLife: halfLife)
    case let positions as PositionBasedModel:
      let first = section.value("first", default: positions.first, shownAs: "0.4", share)
      let last = section.value("last", default: positions.last, shownAs: "0.4", share)
      guard first + last <= 1_000_000 else {
        section.fail("first and last exceed 1 together")
        return nil
      }
      guard first + last > 0 else {
        section.fail("first and last are both 0: two touchpoints could not share")
        return nil
      }
      return PositionBasedModel(first: first, last: last)
    default:
      return model
    }
  }

  /// A share from 0 to 1 in millionths, from its decimal text.
  private static func share(_ value: ValueReader) -> UInt64? {
    if let text = value.scalar,
      let amount = Amount(decimal: text.utf8)?.normalized.widened(toScale: 6), amount.scale == 6,
      (0...1_000_000).contains(amount.units)
    {
      return UInt64(amount.units)
    }
    value.expected("a share from 0 to 1 with at most six decimals")
    return nil
  }
}
