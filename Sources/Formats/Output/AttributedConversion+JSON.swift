package import Attribution

extension AttributedConversion {
  /// Writes the record value for the conversions topic: `afterclick/attributed-conversion/v1`.
  ///
  /// `emittedAt` is the clock's time in the daemon and stream time in a replay.
  package func write(emittedAt: EventTime, to writer: inout JSONWriter) {
    writer.object { json in
      json.member("schema", "afterclick/attributed-conversion/v1")
      json.member("conversion_id", id)
      json.member("conversion", rule)
      json.member("kind", kind.rawValue)
      json.member("revision", revision)
      json.member("status", status.rawValue)
      if status == .unattributed { json.member("unattributed", true) }
      json.member("reason", reason.rawValue)
      json.member("person_id", person)
      json.member("event_id", eventID)
      json.member("occurred_at", occurredAt)
      json.member("emitted_at", emittedAt)
      if let value { json.member("value", value) }
      json.member("currency", currency)
      json.object("lookback") { json in
        for interaction in Interaction.allCases {
          json.member(named: interaction.name, lookback[interaction])
        }
      }
      writePath(to: &json)
    }
  }

  private func writePath(to json: inout JSONWriter) {
    json.member("path_length", path.touchpoints.count)
    json.member("assists", max(0, path.touchpoints.count - 1))
    if let first = path.touchpoints.first {
      let seconds = (occurredAt - first.time).milliseconds / 1_000
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
    if !models.isEmpty { writeModels(to: &json) }
    json.object("explanation") { json in
      json.member("considered", path.considered)
      json.object("dropped") { json in
        for (reason, count) in path.dropped.sorted(by: { $0.key < $1.key }) {
          json.member(named: reason.rawValue, count)
        }
      }
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
      // Lent once: to take a result out of the array would copy all its parts.
      models.withUnsafeBufferPointer { models in
        json.object("credit") { json in
          for number in models.indices {
            let millionths = models[number].credits.millionths(at: index)
            let credit = Amount(units: millionths, scale: 6).normalized
            json.member(named: models[number].name, credit)
          }
        }
        guard value != nil else { return }
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

  private func writeModels(to json: inout JSONWriter) {
    json.object("models") { json in
      for model in models {
        guard !model.parameters.isEmpty || !model.credits.sumsToOne else { continue }
        json.object(named: model.name) { json in
          for parameter in model.parameters {
            switch parameter.value {
            case .span(let span): json.member(named: parameter.name, span)
            case .millionths(let share):
              let share = Amount(units: Int64(share), scale: 6).normalized
              json.member(named: parameter.name, share)
            case .text(let text): json.member(named: parameter.name, text)
            }
          }
        }
      }
    }
  }
}
