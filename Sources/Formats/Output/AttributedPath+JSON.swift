internal import Attribution

extension AttributedPath {
  private var hasValues: Bool { models.contains { !$0.values.isEmpty } }

  /// Writes what there is to say of the path, but for the models and the explanation.
  ///
  /// `end` is when the conversion was that the path leads to.
  func write(until end: EventTime, to json: inout JSONWriter) {
    json.object("lookback") { json in
      for interaction in Interaction.allCases {
        json.member(named: interaction.name, lookback[interaction])
      }
    }
    json.member("path_length", path.touchpoints.count)
    json.member("assists", max(0, path.touchpoints.count - 1))
    if let first = path.touchpoints.first {
      let seconds = (end - first.time).milliseconds / 1_000
      json.member("time_to_convert_seconds", Int(seconds))
    }
    json.array("channel_path") { json in
      for index in path.touchpoints.indices {
        json.element(path.touchpoints[index].shared.profile.channel)
      }
    }
    json.array("touchpoints") { json in
      for index in path.touchpoints.indices { writeTouchpoint(at: index, to: &json) }
    }
  }

  private func writeTouchpoint(at index: Int, to json: inout JSONWriter) {
    let touchpoint = path.touchpoints[index]
    let shared = touchpoint.shared
    json.object { json in
      json.member("position", index + 1)
      json.member("role", role(at: index))
      json.member("touchpoint", shared.profile.rule)
      json.member("interaction", shared.profile.interaction.name)
      json.member("event_id", touchpoint.eventID)
      json.member("occurred_at", touchpoint.time)
      if touchpoint.count > 1 { json.member("count", touchpoint.count) }
      json.member("channel", shared.profile.channel)
      json.member("source", shared.profile.source)
      json.member("medium", shared.profile.medium)
      json.member("campaign", shared.profile.campaign)
      json.member("term", shared.profile.term)
      json.member("content", shared.profile.content)
      if let click = touchpoint.click {
        json.object("click_id") { $0.member(named: click.name, click.value) }
      }
      json.member("landing_page", shared.profile.landingPage)
      json.member("referrer", shared.profile.referrer)
      json.member("device", shared.profile.device)
      json.member("country", shared.profile.country)
      if !shared.profile.mapped.isEmpty {
        json.object("dimensions") { json in
          for mapped in shared.profile.mapped { json.member(named: mapped.name, mapped.value) }
        }
      }
      // Lent once: to take a result out of the array would copy all its parts.
      models.withUnsafeBufferPointer { models in
        json.object("credit") { json in
          for number in models.indices {
            let millionths = models[number].credits.millionths(at: index)
            let credit = Amount(units: millionths, scale: 6).normalized
            json.member(named: models[number].name, credit)
          }
        }
        guard hasValues else { return }
        json.object("value") { json in
          for number in models.indices {
            let value = models[number].values[index]
            json.member(named: models[number].name, value.units == 0 ? .zero : value)
          }
        }
      }
    }
  }

  /// Where on the path a touchpoint is.
  private func role(at index: Int) -> String {
    if path.touchpoints.count == 1 { return "only" }
    if index == 0 { return "first" }
    return index == path.touchpoints.count - 1 ? "last" : "assist"
  }

  /// Writes the parameters of those models that have any.
  static func write(_ models: [ModelResult], to json: inout JSONWriter) {
    json.object("models") { json in
      for model in models {
        guard !model.parameters.isEmpty || !model.sharesCredit else { continue }
        json.object(named: model.name) { json in
          if !model.sharesCredit { json.member("sums_to_one", false) }
          for parameter in model.parameters { json.member(parameter) }
        }
      }
    }
  }
}

extension Path {
  /// Writes how the path came to be.
  func writeExplanation(isIncomplete: Bool, to json: inout JSONWriter) {
    json.object("explanation") { json in
      json.member("considered", considered)
      if isIncomplete { json.member("incomplete", true) }
      json.object("dropped") { json in
        for (reason, count) in dropped.sorted(by: { $0.key < $1.key }) {
          json.member(named: reason.rawValue, count)
        }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ parameter: ModelParameter) {
    switch parameter.value {
    case .span(let span): member(named: parameter.name, span)
    case .millionths(let share): member(named: parameter.name, millionths: share)
    case .text(let text): member(named: parameter.name, text)
    case .number(let number): member(named: parameter.name, number)
    case .names(let names):
      array(named: parameter.name) { json in
        for name in names { json.element(name) }
      }
    case .weights(let weights):
      object(named: parameter.name) { json in
        for weight in weights { json.member(named: weight.name, millionths: weight.weight) }
      }
    }
  }

  private mutating func member(named name: String, millionths: UInt64) {
    member(named: name, Amount(units: Int64(millionths), scale: 6).normalized)
  }
}
