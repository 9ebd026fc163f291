internal import Attribution

/// Attribution as a batch job with all the time in the world would do it.
///
/// Takes every record there is, in any order, and says what the last revision of every conversion
/// must be. It is written to be obviously right and is quadratic in the events of one person.
package struct ReferenceAttribution: Sendable {
  package let settings: AuditSettings

  package init(_ settings: AuditSettings) {
    self.settings = settings
  }

  /// What `records` come to.
  package func expectation(of records: [TrafficRecord]) -> ExpectedOutcome {
    var expectation = ExpectedOutcome()
    let read = events(in: records)
    expectation.unreadable = records.count - read.count
    let events = unique(read)
    expectation.duplicates = read.count - events.count
    let identity = settings.stitches ? ReferenceIdentity(events) : nil
    let people = Dictionary(grouping: events.map { identity?.owned($0) ?? $0 }, by: \.person)
    expectation.people = people.count
    for (_, events) in people.sorted(by: { $0.key < $1.key }) {
      let journey = events.sorted { $0.precedes($1) }
      let touchpoints = touchpoints(of: journey)
      expectation.touchpoints += touchpoints.count
      let person = ReferencePerson(
        events: journey, touchpoints: touchpoints,
        conversions: settings.conversions.map { standingConversions($0, in: journey) })
      for (number, rule) in settings.conversions.enumerated() {
        for conversion in person.conversions[number] {
          let expected = self.expected(conversion, number, rule, person)
          if expectation.conversions.updateValue(expected, forKey: expected.id) != nil {
            expectation.ambiguousIDs.insert(expected.id)
          }
        }
      }
    }
    for id in expectation.ambiguousIDs { expectation.conversions[id] = nil }
    return expectation
  }

  /// The positions of the records that cannot be read: the dead letters.
  package func unreadable(in records: [TrafficRecord]) -> [Int] {
    read(records).enumerated().compactMap { $0.element == nil ? $0.offset : nil }
  }

  private func events(in records: [TrafficRecord]) -> [AuditEvent] {
    read(records).compactMap { $0 }
  }

  // An event that should be a conversion with a value, and has none that can be read, is a dead
  // letter: it never happened.
  private func read(_ records: [TrafficRecord]) -> [AuditEvent?] {
    var reader = AuditEventReader(maximumFutureSkew: settings.maximumFutureSkew)
    return records.map { record in
      do {
        let event = try reader.event(in: record)
        for rule in settings.conversions where rule.matches(event) {
          _ = try value(of: event, by: rule)
        }
        for rule in settings.adjustments where rule.matches(event) {
          _ = try adjustment(rule, in: event)
        }
        return event
      } catch {
        return nil
      }
    }
  }

  // Of several events with one id the earliest stays, so that the order of arrival is no matter.
  private func unique(_ events: [AuditEvent]) -> [AuditEvent] {
    var kept: [String: AuditEvent] = [:]
    for event in events {
      if let other = kept[event.id], other.time <= event.time { continue }
      kept[event.id] = event
    }
    return Array(kept.values)
  }
}

// Touchpoints.
extension ReferenceAttribution {
  /// Whether `event` is the first of a session in `journey`.
  func startsSession(_ event: AuditEvent, in journey: [AuditEvent]) -> Bool {
    if let session = event.sessionID {
      return !journey.contains { $0.sessionID == session && $0.precedes(event) }
    }
    return !journey.contains { other in
      other.sessionID == nil && other.precedes(event)
        && event.time - other.time < settings.sessionTimeout
    }
  }

  private func touchpoints(of journey: [AuditEvent]) -> [ReferenceTouchpoint] {
    journey.compactMap { event in
      let startsSession = startsSession(event, in: journey)
      guard let rule = settings.touchpoints.first(where: { $0.matches(event, startsSession) })
      else { return nil }
      return ReferenceTouchpoint(
        event: event, rule: rule.name, interaction: rule.interaction,
        channel: settings.channel(event))
    }
  }
}

// Conversions.
extension ReferenceAttribution {
  /// The value in at least the currency's minor unit; `nil` if there is none.
  private func value(
    of event: AuditEvent, by rule: AuditConversionRule
  ) throws(UnreadableEvent) -> AuditDecimal? {
    let decimal: AuditDecimal?
    switch rule.value {
    case .none: return nil
    case .fixed(let text): decimal = AuditDecimal(text: text)
    case .pointer(let pointer):
      let json = event.json.value(at: pointer) ?? .null
      if json == .null { return nil }
      decimal = json.decimal
    }
    let minorUnit = AuditDecimal.minorUnit(of: currency(of: event, by: rule))
    guard let value = decimal?.withoutTrailingZeros.widened(to: minorUnit)
    else { throw .wrongType }
    return value
  }

  func value(
    ofReadable event: AuditEvent, by rule: AuditConversionRule
  ) -> AuditDecimal? {
    do {
      return try value(of: event, by: rule)
    } catch {
      preconditionFailure("events with unreadable values were dropped, this is \(event.id)")
    }
  }

  func currency(of event: AuditEvent, by rule: AuditConversionRule) -> String? {
    switch rule.currency {
    case .none: nil
    case .fixed(let currency): currency
    case .pointer(let pointer): event.json.value(at: pointer)?.nonEmptyText?.uppercased()
    }
  }

  func key(of event: AuditEvent, by rule: AuditConversionRule) -> String? {
    rule.deduplicateBy.flatMap { key(of: event, at: $0) }
  }

  func key(of event: AuditEvent, at pointer: String) -> String? {
    switch event.json.value(at: pointer) {
    case .text(let key) where !key.isEmpty: return key
    case .number(let key): return AuditDecimal(number: key)?.text
    default: return nil
    }
  }

  /// The events of `journey` that are conversions, one for each business fact, in order.
  private func standingConversions(
    _ rule: AuditConversionRule, in journey: [AuditEvent]
  ) -> [AuditEvent] {
    var standing: [AuditEvent] = []
    var keys: Set<String> = []
    var lastReport: EventTime?
    for event in journey where rule.matches(event) {
      if let key = key(of: event, by: rule) {
        if keys.insert(key).inserted { standing.append(event) }
      } else if let span = rule.deduplicateWithin {
        // The chain goes on from every report, also from one that does not stand.
        if let lastReport, event.time - lastReport <= span {
        } else {
          standing.append(event)
        }
        lastReport = event.time
      } else {
        standing.append(event)
      }
    }
    return standing
  }

  /// When each rule's first conversion since the path began was, by the rule's name.
  private func milestones(
    of path: ReferencePath, to event: AuditEvent, _ person: ReferencePerson
  ) -> [String: EventTime] {
    guard let start = path.touchpoints.first?.event.time else { return [:] }
    var milestones: [String: EventTime] = [:]
    for (rule, conversions) in zip(settings.conversions, person.conversions) {
      let first = conversions.first { $0.time >= start && !event.precedes($0) }
      milestones[rule.name] = first?.time
    }
    return milestones
  }

  private func expected(
    _ event: AuditEvent, _ number: Int, _ rule: AuditConversionRule, _ person: ReferencePerson
  ) -> ExpectedConversion {
    let worth = worth(of: event, rule, person.events)
    func path(
      _ name: String?, _ rules: AuditPathRules, to target: AuditEvent, by number: Int
    ) -> ExpectedPath {
      let previous = person.conversions[number].last { $0.precedes(target) }
      let path = ReferencePath(rules, of: person.touchpoints, to: target, after: previous)
      let milestones = milestones(of: path, to: target, person)
      return ExpectedPath(
        name: name, touchpoints: credited(path, rule.models, worth.value, milestones),
        considered: path.considered, dropped: path.dropped)
    }
    var expected = ExpectedConversion(
      id: "\(rule.name):\(key(of: event, by: rule) ?? event.id)", rule: rule.name,
      person: event.person, eventID: event.id, occurredAt: event.time, value: worth.value?.text,
      currency: worth.currency, isRetracted: worth.isRetracted,
      path: path(nil, rule.path, to: event, by: number),
      windows: rule.windows.map { path($0.name, $0.path, to: event, by: number) })
    if let (anchor, index) = anchor(of: event, rule, person) {
      let anchorRule = settings.conversions[index]
      expected.credits = ExpectedCredit(
        conversion: anchorRule.name,
        id: "\(anchorRule.name):\(key(of: anchor, by: anchorRule) ?? anchor.id)",
        occurredAt: anchor.time, path: path(nil, anchorRule.path, to: anchor, by: index))
    }
    return expected
  }

  /// The earlier conversion that `event` credits, and the number of its rule.
  private func anchor(
    of event: AuditEvent, _ rule: AuditConversionRule, _ person: ReferencePerson
  ) -> (AuditEvent, Int)? {
    guard let credits = rule.credits,
      let number = settings.conversions.firstIndex(where: { $0.name == credits.rule })
    else { return nil }
    let near = person.conversions[number].filter { other in
      !event.precedes(other) && event.time - other.time <= credits.within
    }
    let anchor = credits.isFirst ? near.first : near.last { $0.precedes(event) }
    return anchor.map { ($0, number) }
  }

  private func credited(
    _ path: ReferencePath, _ models: [AuditModel], _ value: AuditDecimal?,
    _ milestones: [String: EventTime]
  ) -> [ExpectedTouchpoint] {
    var expected = path.touchpoints.map { touchpoint in
      ExpectedTouchpoint(
        eventID: touchpoint.event.id, occurredAt: touchpoint.event.time, rule: touchpoint.rule,
        interaction: touchpoint.interaction, channel: touchpoint.channel, count: touchpoint.count,
        credit: [:], value: [:])
    }
    for model in models where !expected.isEmpty {
      let credits = ReferenceCredits.credits(model, path.touchpoints, milestones)
      let shares = value.map { ReferenceCredits.shares(of: $0, credits) }
      for index in expected.indices {
        expected[index].credit[model.name] = credits[index]
        expected[index].value[model.name] = shares?[index].text
      }
    }
    return expected
  }
}

/// What one person did.
private struct ReferencePerson {
  var events: [AuditEvent]
  var touchpoints: [ReferenceTouchpoint]
  /// The standing conversions of each rule, in order.
  var conversions: [[AuditEvent]]
}
