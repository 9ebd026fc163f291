internal import Attribution

// One breakage, one alert: a cause that shows in several parts of a funnel wakes nobody twice.
extension FunnelWatch {
  /// What a bin has made of the incident in each part, in the order of the parts.
  typealias Changes = [(part: FunnelPart, change: Incident.Change)]

  /// Says what a bin has changed: one alert for every breakage of which there is news. First what is
  /// over, then what goes on, in the order in which it began.
  mutating func tell(_ changes: Changes, _ occasion: Occasion) -> [Alert] {
    // By who leads.
    var news: Set<FunnelPart> = []
    for case (let part, .updated) in changes { news.insert(breakages[index(of: part)].leader) }
    // Leaders last: what ends in the same bin is over by itself.
    for case (let part, .ended) in changes where !isLeading(part) { end(part, occasion) }
    var accepted: Set<FunnelPart> = []
    for case (let part, .ended(let resolution)) in changes where self[part] != nil {
      if resolution == .acceptedLevel {
        acceptOthers(with: part, occasion)
        accepted.insert(part)
      }
      end(part, occasion)
    }
    var alerts = settle(accepted: accepted, occasion, &news)
    let begun = changes.compactMap { $0.change == .began ? $0.part : nil }
    for part in byEvidence(begun) { news.insert(takeUp(part)) }
    for index in breakages.indices where news.contains(breakages[index].leader) {
      alerts.append(say(index, occasion))
    }
    return alerts
  }

  /// What was found in `part` joins the first breakage that it may be of, or is one by itself. Returns
  /// who leads it.
  private mutating func takeUp(_ part: FunnelPart) -> FunnelPart {
    let known = breakages.firstIndex { $0.leader == part || isLikely(part, in: $0) }
    guard let known else {
      breakages.append(Breakage(leader: part))
      return part
    }
    breakages[known].join(part)
    return breakages[known].leader
  }

  private func isLikely(_ part: FunnelPart, in breakage: Breakage) -> Bool {
    let (found, leading) = (incident(in: part), leadingIncident(of: breakage))
    guard Breakage.isLikely(found, with: leading) else { return false }
    // Each transition counts its segments by itself: only their names say which are the same.
    let places = (segments(of: found, in: part), segments(of: leading, in: breakage.leader))
    return places.0.isEmpty || places.1.isEmpty || !places.0.isDisjoint(with: places.1)
  }

  /// Where an incident in `part` is; empty for everywhere.
  private func segments(of incident: Incident, in part: FunnelPart) -> Set<Alert.Segment> {
    guard case .transition(let index) = part else { return [] }
    return Set(incident.explanation.places.map { segment(at: $0, of: transitions[index]) })
  }

  private mutating func say(_ index: Int, _ occasion: Occasion) -> Alert {
    let (leader, parts) = (breakages[index].leader, breakages[index].parts)
    // It does not become less severe when what was worst is over: that would be another notification.
    if let severity = parts.map({ incident(in: $0).severity }).max() {
      breakages[index].raise(severity)
      if parts.first == leader { self[leader]?.severity = severity }
    }
    for part in parts { self[part]?.notifiedAt = occasion.time }
    return alert(about: breakages[index], .updated, occasion)
  }

  /// The incident in `part` is over: nobody has to be told before its breakage is.
  private mutating func end(_ part: FunnelPart, _ occasion: Occasion) {
    let index = index(of: part)
    let isLeading = breakages[index].end(
      Breakage.Past(part: part, incident: incident(in: part), endedAt: occasion.time))
    self[part] = nil
    guard isLeading else { return }
    for other in breakages[index].others {
      let start = occasion.bin + echo(in: other)
      self[other]?.ask(from: start)
    }
  }

  private func echo(in part: FunnelPart) -> Int64 {
    switch part {
    case .transition(let index): transitions[index].echo
    case .beginning: 0
    }
  }

  /// The level that `leader` was at is what is expected from now on, and with it those of the others
  /// are: they began together, and nobody is told today what is accepted within hours.
  private mutating func acceptOthers(with leader: FunnelPart, _ occasion: Occasion) {
    for other in breakages[index(of: leader)].others {
      switch other {
      case .transition(let index): transitions[index].acceptLevel(occasion)
      case .beginning: volumes[0].acceptLevel()
      }
      end(other, occasion)
    }
  }

  /// Says of every breakage whose leader's incident is over that it is over, if all of it is, or if it
  /// is sure that another goes on: that one is said by itself from now on. Until then nobody is told
  /// anything, because what broke together is usually repaired together, and shows it as slowly as
  /// it showed the fault.
  private mutating func settle(
    accepted: Set<FunnelPart>, _ occasion: Occasion, _ news: inout Set<FunnelPart>
  ) -> [Alert] {
    var alerts: [Alert] = []
    for var breakage in breakages where breakage.led != nil {
      let lasting = byEvidence(breakage.others.filter { incident(in: $0).goesOn })
      guard breakage.others.isEmpty || !lasting.isEmpty else { continue }
      let open = breakage.release()
      let isAccepted = accepted.contains(breakage.leader)
      alerts.append(
        alert(about: breakage, .ended(isAccepted ? .acceptedLevel : .recovered), occasion))
      breakages.removeAll { $0.leader == breakage.leader }
      guard let next = lasting.first else { continue }
      breakages.append(Breakage(leader: next, others: open.filter { $0 != next }))
      news.insert(next)
    }
    return alerts
  }

  /// The one with the most evidence first, and of equals the first.
  private func byEvidence(_ parts: [FunnelPart]) -> [FunnelPart] {
    parts.sorted {
      (incident(in: $1).finding.statistic, $0) < (incident(in: $0).finding.statistic, $1)
    }
  }

  /// Of the breakage that the open incident in `part` is of.
  private func index(of part: FunnelPart) -> Int {
    guard let index = breakages.firstIndex(where: { $0.parts.contains(part) }) else {
      preconditionFailure("an incident in \(part) is of no breakage")
    }
    return index
  }

  /// Whether the incident in `part` is the one that its breakage is told by.
  private func isLeading(_ part: FunnelPart) -> Bool {
    let breakage = breakages[index(of: part)]
    return breakage.leader == part && breakage.led == nil
  }

  private func leadingIncident(of breakage: Breakage) -> Incident {
    breakage.led?.incident ?? incident(in: breakage.leader)
  }

  private func incident(in part: FunnelPart) -> Incident {
    guard let incident = self[part] else { preconditionFailure("no incident in \(part)") }
    return incident
  }

  private subscript(part: FunnelPart) -> Incident? {
    get {
      switch part {
      case .transition(let index): transitions[index].incident
      case .beginning: volumes[0].incident
      }
    }
    set {
      switch part {
      case .transition(let index): transitions[index].incident = newValue
      case .beginning: volumes[0].incident = newValue
      }
    }
  }

  /// Whether every open incident is of one breakage and nothing else is, and what is over was here:
  /// whatever they were read from, nobody is told of what is not, or twice.
  var areBreakagesConsistent: Bool {
    let all = transitions.indices.map { FunnelPart.transition($0) } + [.beginning]
    let over = breakages.flatMap { $0.past + [$0.led].compactMap { $0 } }
    return breakages.flatMap(\.parts).sorted() == all.filter { self[$0] != nil }
      && over.allSatisfy { past in
        guard case .transition(let index) = past.part else { return true }
        return transitions.indices.contains(index) && transitions[index].contains(past.incident)
      }
  }
}

extension FunnelWatch {
  /// The alert about everything that broke at once, as its leader tells it.
  func alert(
    about breakage: Breakage, _ change: Incident.Change, _ occasion: Occasion
  ) -> Alert {
    let part = breakage.leader
    var alert = alert(about: leadingIncident(of: breakage), change, in: part, occasion)
    let open = breakage.others.map { affected(incident(in: $0), in: $0, occasion) }
    alert.also =
      open + breakage.past.map { affected($0.incident, in: $0.part, until: $0.endedAt, occasion) }
    if alert.status == .firing { alert.lingersSince = breakage.led?.endedAt }
    guard !alert.also.isEmpty else { return alert }
    // The sentence tells what is lost where; the impact is all of it.
    alert.summary = AlertSentence.text(for: alert)
    for affected in alert.also { alert.impact.add(affected.impact) }
    let hours = Double((alert.updatedAt - alert.startedAt).milliseconds) / 3_600_000
    alert.impact.lostPerHour = hours > 0 ? alert.impact.lostConversions / hours : 0
    return alert
  }

  private func affected(
    _ incident: Incident, in part: FunnelPart, until end: EventTime? = nil, _ occasion: Occasion
  ) -> Alert.Affected {
    var occasion = occasion
    occasion.time = end ?? occasion.time
    let own = alert(about: incident, .updated, in: part, occasion)
    return Alert.Affected(
      step: own.step ?? "", nextStep: own.nextStep, kind: own.kind, impact: own.impact,
      resolvedAt: end)
  }

  private func alert(
    about incident: Incident, _ change: Incident.Change, in part: FunnelPart,
    _ occasion: Occasion
  ) -> Alert {
    switch part {
    case .transition(let index): alert(about: incident, change, ofTransition: index, occasion)
    case .beginning: alert(about: incident, change, ofVolumeAt: 0, occasion)
    }
  }
}

extension Alert.Impact {
  /// Nobody is lost twice: who is lost at one step is not expected at the next.
  fileprivate mutating func add(_ other: Alert.Impact) {
    lostConversions += other.lostConversions
    guard let value = other.lostValue else { return }
    lostValue = (lostValue ?? 0) + value
    currency = currency ?? other.currency
  }
}
