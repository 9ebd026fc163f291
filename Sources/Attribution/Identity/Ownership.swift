/// Whom the events of one device, or of one person's id, belong to.
///
/// What is known is a set of links and aliases. The answers are a function of that set, so the order
/// in which it became known does not matter.
package struct Ownership: Hashable, Sendable {
  /// The device was used by a person who was known at that moment.
  package struct Link: Hashable, Sendable {
    package var time: EventTime
    /// `nil` if the person was erased since.
    package var person: String?
    /// Set where there is no person: what the device did until then is gone, and later it is in new
    /// hands, as if this link had never been.
    package var erasedUntil: EventTime?
    /// Somebody logged in, or said who they are. Otherwise merely an event with both ids: of these,
    /// the first in each slot counts.
    package var isLogin: Bool

    package init(time: EventTime, person: String, isLogin: Bool) {
      self.time = time
      self.person = person
      self.isLogin = isLogin
    }

    package init(time: EventTime, erasedUntil: EventTime, isLogin: Bool) {
      self.time = time
      self.erasedUntil = erasedUntil
      self.isLogin = isLogin
    }

    func precedes(_ other: Link) -> Bool {
      if time != other.time { return time < other.time }
      guard let person else { return other.person != nil }
      return other.person.map { person.utf8.lexicographicallyPrecedes($0.utf8) } ?? false
    }

    fileprivate var slot: Int64 {
      time.milliseconds / IdentityRules.linkSlot.milliseconds
    }
  }

  /// The id is another name of `target`, from now on and before.
  package struct Alias: Hashable, Sendable {
    package var time: EventTime
    package var target: String

    package init(time: EventTime, target: String) {
      self.time = time
      self.target = target
    }

    /// Of several aliases the latest counts.
    func isOutdone(by other: Alias) -> Bool {
      time != other.time
        ? time < other.time : target.utf8.lexicographicallyPrecedes(other.target.utf8)
    }
  }

  /// Where an event goes on to.
  package enum Destination: Hashable, Sendable {
    case stays
    case goes(to: String)
    /// It belonged to somebody who was erased.
    case nowhere
  }

  /// Grows with every change of an answer.
  package var version = 0
  /// By time, then by person.
  package var links: [Link] = []
  /// The latest there was.
  package var alias: Alias?
  /// People who have too many devices to take in this one.
  package var refused: [String] = []

  package init() {}

  package var isEmpty: Bool {
    links.isEmpty && alias == nil && refused.isEmpty
  }

  /// Where an event of `subject` goes on to.
  package func destination(
    of time: EventTime, isAnonymous: Bool, from subject: String
  ) -> Destination {
    if isAnonymous, let owner = owner(at: time) {
      guard let person = owner.person else { return .nowhere }
      if person != subject { return .goes(to: person) }
    }
    guard let target = alias?.target, target != subject else { return .stays }
    return .goes(to: target)
  }

  /// The link that says who an anonymous event at `time` belongs to; `nil` if nobody has been linked.
  package func owner(at time: EventTime) -> Link? {
    var owner: Link?
    for link in links {
      if let person = link.person {
        if refused.contains(person) { continue }
      } else if let erased = link.erasedUntil, time > erased {
        continue
      }
      // Before the first link the device was in the same hands.
      if owner != nil, link.time > time { break }
      owner = link
    }
    return owner
  }

  /// Adds a link. Returns whether it may change an answer.
  package mutating func learn(_ link: Link) -> Bool {
    if !link.isLogin {
      let known = links.firstIndex { other in
        !other.isLogin && other.slot == link.slot && other.person == link.person
      }
      if let known {
        guard link.time < links[known].time else { return false }
        links.remove(at: known)
        insert(link)
        version += 1
        return true
      }
    } else if links.contains(link) {
      return false
    }
    let index = insert(link)
    // The owner at that moment is the neighbour already.
    let neighbour = index > 0 ? links[index - 1] : links.count > 1 ? links[1] : nil
    if let neighbour, neighbour.person == link.person { return false }
    version += 1
    return true
  }

  @discardableResult
  private mutating func insert(_ link: Link) -> Int {
    let index = links.firstIndex { link.precedes($0) } ?? links.count
    links.insert(link, at: index)
    return index
  }

  /// Adds an alias. Returns whether it is another than before.
  package mutating func learn(_ alias: Alias) -> Bool {
    if let known = self.alias, !known.isOutdone(by: alias) { return false }
    let isOther = self.alias?.target != alias.target
    self.alias = alias
    if isOther { version += 1 }
    return isOther
  }

  /// `person` takes in no more devices. Returns whether that is news.
  package mutating func refuse(_ person: String) -> Bool {
    guard !refused.contains(person) else { return false }
    refused.append(person)
    version += 1
    return true
  }

  /// Forgets who `person` was until `time`. Returns whether anything was known.
  package mutating func erase(_ person: String, until time: EventTime) -> Bool {
    var isKnown = false
    for index in links.indices where links[index].person == person && links[index].time <= time {
      links[index].person = nil
      links[index].erasedUntil = time
      isKnown = true
    }
    if let alias, alias.target == person, alias.time <= time {
      self.alias = nil
      isKnown = true
    }
    guard isKnown else { return false }
    refused.removeAll { $0 == person }
    links.sort { $0.precedes($1) }
    version += 1
    return true
  }

  /// Forgets links that no answer depends on any more: no event older than `horizon` is kept, and no
  /// link older than `lateness` is still to come. Returns how many had to go for the limit.
  package mutating func prune(before horizon: EventTime, lateness: EventTime, limit: Int) -> Int {
    while links.count > 1, links[1].time < horizon { links.removeFirst() }
    var index = 1
    while index < links.count - 1, links[index].time < lateness {
      if links[index].person == links[index - 1].person,
        links[index].erasedUntil == links[index - 1].erasedUntil
      {
        links.remove(at: index)
      } else {
        index += 1
      }
    }
    let excess = max(0, links.count - limit)
    links.removeFirst(excess)
    return excess
  }

  /// The latest that anything here is about.
  package var latestTime: EventTime {
    max(links.last?.time ?? .distantPast, alias?.time ?? .distantPast)
  }

  /// Whether `person` was linked by `time`, or is who this is another name of, whenever that was said.
  package func names(_ person: String, until time: EventTime) -> Bool {
    links.contains { $0.person == person && $0.time <= time }
      || alias?.target == person
  }

  /// Whether `person` still is linked once everything until `time` is erased.
  package func remains(of person: String, after time: EventTime) -> Bool {
    links.contains { $0.person == person && $0.time > time }
      || alias.map { $0.target == person && $0.time > time } ?? false
  }

  /// Everybody whom events have gone on to, or may go.
  package var people: [String] {
    var people: [String] = []
    for person in links.compactMap(\.person) + (alias.map { [$0.target] } ?? [])
    where !people.contains(person) {
      people.append(person)
    }
    return people
  }
}
