internal import Attribution

/// Reads the `models` of a conversion: names, or a name with its parameters.
struct ModelsReader {
  /// The rule whose models they are; `nil` if it has no name.
  let conversion: String?
  let conversions: [ConversionOutline]
  /// Names of the touchpoint rules.
  let touchpoints: [String]

  /// The models that are computed where none are configured, in this order.
  private static let usual = [
    "first_touch", "last_touch", "last_non_direct_touch", "linear", "time_decay", "position_based",
  ]
  /// The others that there are.
  private static let special = [
    "j_shaped", "inverse_j_shaped", "w_shaped", "participation", "custom", "funnel", "data_driven",
  ]
  static let names = usual + special

  func models(in conversion: inout SectionReader) -> [any AttributionModel] {
    guard let value = conversion.optional("models") else {
      conversion.fillIn(
        "models", ConfigurationTree.list(ModelsReader.usual.map { .text($0) }).value)
      return ModelsReader.usual.compactMap { ModelsReader.simple($0) }
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

  private func model(_ value: ValueReader) -> (any AttributionModel)? {
    if let name = value.scalar {
      let parameters = SectionReader(
        entries: [], origin: value.tree.origin, path: value.path, context: value.context)
      return known(name, value) ? model(name, parameters, value) : nil
    }
    guard case .section(let entries) = value.tree.value, entries.count == 1 else {
      value.expected("a model's name, or {time_decay: {half_life: 7d}}")
      return nil
    }
    let entry = entries[0]
    guard known(entry.key, value) else { return nil }
    let parameters = ValueReader(
      tree: entry.value, path: value.path + [.key(entry.key)], context: value.context)
    return parameters.section("the model's parameters").flatMap { model(entry.key, $0, parameters) }
  }

  private func known(_ name: String, _ value: ValueReader) -> Bool {
    if ModelsReader.names.contains(name) { return true }
    let meant = Suggestion.phrase(for: name, among: ModelsReader.names)
    value.fail("no model is called \(ValueReader.quoted(name))\(meant)")
    return false
  }

  /// A model without parameters, or with the default ones.
  private static func simple(_ name: String) -> (any AttributionModel)? {
    switch name {
    case "first_touch": FirstTouchModel()
    case "last_touch": LastTouchModel()
    case "last_non_direct_touch": LastNonDirectTouchModel()
    case "linear": LinearModel()
    case "time_decay": TimeDecayModel()
    case "position_based": PositionBasedModel()
    case "j_shaped": PositionBasedModel.jShaped
    case "inverse_j_shaped": PositionBasedModel.inverseJShaped
    case "participation": ParticipationModel()
    case "data_driven": DataDrivenModel()
    default: nil
    }
  }

  private func model(
    _ name: String, _ parameters: SectionReader, _ value: ValueReader
  ) -> (any AttributionModel)? {
    var section = parameters
    let result: (any AttributionModel)?
    switch name {
    case "time_decay" where value.isSection: result = ModelsReader.timeDecay(&section)
    case "position_based" where value.isSection: result = ModelsReader.positionBased(&section)
    case "w_shaped": result = wShaped(&section)
    case "custom": result = custom(&section)
    case "funnel": result = funnel(&section)
    case "data_driven" where value.isSection: result = ModelsReader.dataDriven(&section)
    default: result = ModelsReader.simple(name)
    }
    section.finish()
    return result
  }
}

// Models with parameters.
extension ModelsReader {
  private static func timeDecay(_ section: inout SectionReader) -> any AttributionModel {
    let least = TimeSpan(milliseconds: 1)
    return TimeDecayModel(
      halfLife: section.value("half_life", default: TimeDecayModel().halfLife) { value in
        value.duration(atLeast: least)
      })
  }

  private static func positionBased(_ section: inout SectionReader) -> (any AttributionModel)? {
    let first = section.value("first", default: 400_000, shownAs: "0.4", share)
    let last = section.value("last", default: 400_000, shownAs: "0.4", share)
    guard first + last <= 1_000_000 else {
      section.fail("first and last exceed 1 together")
      return nil
    }
    guard first + last > 0 else {
      section.fail("first and last are both 0: two touchpoints could not share")
      return nil
    }
    return PositionBasedModel(first: first, last: last)
  }

  private enum LearningMethod: String, CaseIterable {
    case markov, shapley
  }

  private static func dataDriven(_ section: inout SectionReader) -> any AttributionModel {
    let method = section.optional("method")?.choice(LearningMethod.self) ?? .markov
    var order = 1
    if let value = section.optional("order") {
      let orders = CreditLearner.orders
      if method == .shapley {
        value.fail("only `markov` has an order")
      } else if let number = value.scalar.flatMap({ Int($0) }), orders.contains(number) {
        order = number
      } else {
        value.expected("a whole number from \(orders.lowerBound) to \(orders.upperBound)")
      }
    }
    var learner = CreditLearner(method == .shapley ? .shapley : .markov(order: order))
    if let span = section.optional("learn_every")?.duration(atLeast: .minutes(1)) {
      learner.interval = span
    }
    if let value = section.optional("fewest_paths") {
      if let number = value.scalar.flatMap({ Int($0) }), number > 0 {
        (learner.fewestConversions, learner.fewestOthers) = (number, number)
      } else {
        value.expected("a whole number above 0")
      }
    }
    return DataDrivenModel(learner: learner)
  }

  private func wShaped(_ section: inout SectionReader) -> (any AttributionModel)? {
    let leads = leads(&section)
    let first = section.optional("first").map(ModelsReader.share) ?? 300_000
    let lead = section.optional("lead_share").map(ModelsReader.share) ?? 300_000
    let last = section.optional("last").map(ModelsReader.share) ?? 300_000
    guard let first, let lead, let last else { return nil }
    guard first + lead + last <= 1_000_000 else {
      section.fail("first, lead_share and last exceed 1 together")
      return nil
    }
    guard first + last > 0 else {
      section.fail("first and last are both 0: a path without a lead would have no shares")
      return nil
    }
    return WShapedModel(leads: leads, first: first, lead: lead, last: last)
  }

  /// The rules that `lead` names; without it, every other micro conversion.
  private func leads(_ section: inout SectionReader) -> [String] {
    guard let value = section.optional("lead") else {
      let leads = conversions.filter { $0.isMicro && $0.name != conversion }.map(\.name)
      if leads.isEmpty {
        section.context.warn(
          "models: w_shaped without `lead` needs another, micro conversion to find the lead by;"
            + " there is none, so only the first and the last touchpoint stand out")
      }
      return leads
    }
    let names = value.isList ? value.filledList("names of conversions") ?? [] : [value]
    return names.compactMap(conversionName)
  }

  private func conversionName(_ value: ValueReader) -> String? {
    guard let name = value.text("the name of a conversion") else { return nil }
    guard conversions.contains(where: { $0.name == name }) else {
      let meant = Suggestion.phrase(for: name, among: conversions.map(\.name))
      value.fail("no conversion is called \(ValueReader.quoted(name))\(meant)")
      return nil
    }
    return name
  }

  private func custom(_ section: inout SectionReader) -> (any AttributionModel)? {
    let name = section.optional("name").map { value in
      let name = value.text("a name")
      guard let name, ModelsReader.names.contains(name) else { return name }
      value.fail("\(ValueReader.quoted(name)) is another model")
      return nil
    }
    let basis = section.required("by", "position, channel or touchpoint")?
      .choice(CustomModel.Basis.self)
    let weights = section.required("weights", "weights such as {first: 2, last: 1}")
    let other = section.value("other", default: 1_000_000, shownAs: "1", ModelsReader.weight)
    guard let basis, let weights else { return nil }
    let named = ModelsReader.weights(weights) { key, value in
      switch basis {
      case .position:
        if CustomModel.position(named: key) != nil { return true }
        value.fail("expected first, last, or a number such as 2 or -2, found \(quoted(key))")
        return false
      case .channel: return true
      case .touchpoint:
        if touchpoints.contains(key) { return true }
        let meant = Suggestion.phrase(for: key, among: touchpoints)
        value.fail("no touchpoint is called \(quoted(key))\(meant)")
        return false
      }
    }
    guard let named else { return nil }
    return CustomModel(
      name: name.flatMap { $0 } ?? "custom", by: basis, weights: named, other: other)
  }

  private func quoted(_ text: String) -> String { ValueReader.quoted(text) }

  private func funnel(_ section: inout SectionReader) -> (any AttributionModel)? {
    let expectation = "conversions that are its steps, such as {signup: 1, purchase: 2}"
    guard let steps = section.required("steps", expectation) else { return nil }
    let names = conversions.map(\.name)
    let weights = ModelsReader.weights(steps) { key, value in
      if names.contains(key) { return true }
      let meant = Suggestion.phrase(for: key, among: names)
      value.fail(
        "no conversion is called \(quoted(key))\(meant); the steps of `funnels` cannot be credited"
          + " in this version")
      return false
    }
    return weights.map { FunnelModel(steps: $0) }
  }
}

// Numbers.
extension ModelsReader {
  /// A share from 0 to 1 in millionths, from its decimal text.
  private static func share(_ value: ValueReader) -> UInt64? {
    if let share = millionths(value, atMost: 1) { return share }
    value.expected("a share from 0 to 1 with at most six decimals")
    return nil
  }

  private static func weight(_ value: ValueReader) -> UInt64? {
    if let weight = millionths(value, atMost: 1_000_000) { return weight }
    value.expected("a weight from 0 to 1000000 with at most six decimals")
    return nil
  }

  private static func millionths(_ value: ValueReader, atMost limit: Int64) -> UInt64? {
    guard let text = value.scalar,
      let amount = Amount(decimal: text.utf8)?.normalized.widened(toScale: 6), amount.scale == 6,
      (0...limit * 1_000_000).contains(amount.units)
    else { return nil }
    return UInt64(amount.units)
  }

  /// A section of weights, in the order in which they were written.
  private static func weights(
    _ value: ValueReader, isKnown: (String, ValueReader) -> Bool
  ) -> [NamedWeight]? {
    guard case .section(let entries) = value.tree.value, !entries.isEmpty else {
      value.expected("names with their weights, such as {first: 2, last: 1}")
      return nil
    }
    let weights = entries.compactMap { entry -> NamedWeight? in
      let reader = ValueReader(
        tree: entry.value, path: value.path + [.key(entry.key)], context: value.context)
      guard isKnown(entry.key, reader), let weight = weight(reader) else { return nil }
      return NamedWeight(entry.key, weight)
    }
    return weights.count == entries.count ? weights : nil
  }
}
