import Attribution
import Formats
import Simulation

/// A tangled history in which people are known by several ids: anonymous devices that become theirs
/// and that they share, logins, aliases.
///
/// Whose each event is in the end is found out here on its own, from all events at once, by the
/// words of the handbook.
struct LinkedHistory {
  struct Settings {
    var history = TangledHistory.Settings()
    /// How much more often a device is used by its usual person than by any other.
    var loyalty = 0.8
    var aliases = 0
    var logins = 2
    var hasAnonymousAliases = true
    var erasures = 0
    /// Nobody has two aliases, one after the other.
    var hasSteadyAliases = false
  }

  struct Entry {
    var time: EventTime
    var user: String?
    var device: String?
    /// The id that becomes another name of `user`.
    var previous: String?
    var isLogin = false
    var isErasure = false
    /// Without ids, between braces.
    var fields: String
    /// How the business key begins that the event has, if it has one.
    var key: String
  }

  var entries: [Entry] = []

  init(_ settings: Settings, _ generator: inout SeededGenerator) {
    var history = settings.history
    history.hasSessionIDs = false
    for event in TangledHistory(history, &generator).events {
      var entry = Entry(
        time: event.time,
        fields: String(event.json.dropFirst().dropLast())
          .replacing("\"userId\":\"p\(event.person)\",", with: ""),
        key: "\"order_id\":\"k\(event.person)-")
      let isAnonymous = generator.chance(0.5)
      if !isAnonymous { entry.user = "p\(event.person)" }
      if isAnonymous || generator.chance(0.4) {
        let other = generator.below(history.people)
        entry.device = "d\(generator.chance(settings.loyalty) ? event.person : other)"
      }
      entries.append(entry)
    }
    for number in 0..<settings.logins {
      var entry = LinkedHistory.entry("identify", 900 + number, settings, &generator)
      entry.isLogin = true
      entry.device = "d\(generator.below(history.people))"
      entries.append(entry)
    }
    for number in 0..<settings.aliases {
      var entry = LinkedHistory.entry("alias", 950 + number, settings, &generator)
      // Nobody is an alias of themselves, by whatever way.
      let person = 1 + generator.below(history.people - 1)
      entry.previous =
        settings.hasAnonymousAliases && generator.chance(0.3) ? "d\(person)" : "p\(person)"
      entry.user = "p\(generator.below(person))"
      if settings.hasSteadyAliases, entries.contains(where: { $0.previous == entry.previous }) {
        continue
      }
      entries.append(entry)
    }
    for number in 0..<settings.erasures {
      var entry = LinkedHistory.entry("track", 980 + number, settings, &generator)
      entry.fields += ",\"event\":\"Erase Me\""
      entry.isErasure = true
      if generator.chance(0.3) {
        entry.device = "d\(generator.below(history.people))"
        entry.user = nil
      }
      // Who was erased is somebody else afterwards: nobody is erased twice.
      let owners = Owners(entries + [entry])
      let isErased = entries.contains { other in
        other.isErasure && owners.owner(of: other) == owners.owner(of: entry)
      }
      if !isErased { entries.append(entry) }
    }
  }

  private static func entry(
    _ type: String, _ number: Int, _ settings: Settings, _ generator: inout SeededGenerator
  ) -> Entry {
    let unit = Int64(generator.below(Int(settings.history.span)))
    let time = TangledHistory.start + RulePair.units(unit)
    let id = TangledHistory.id(number, &generator)
    let text = TangledHistory.text(time)
    return Entry(
      time: time, user: "p\(generator.below(settings.history.people))",
      fields: "\"messageId\":\"\(id)\",\"type\":\"\(type)\",\"timestamp\":\"\(text)\"", key: "none")
  }

  /// The same events as they come in, and as they would be if everybody had one id all along.
  ///
  /// Orders get keys of their owner's: an order of two people would be ambiguous.
  var events: (linked: TangledHistory, merged: TangledHistory) {
    var linked: [TangledHistory.Event] = []
    var merged: [TangledHistory.Event] = []
    let remaining = remaining
    let owners = Owners(remaining)
    for entry in entries {
      // Orders of who is gone keep whatever key they have.
      let owner = owners.owner(of: entry)
      let fields = entry.fields.replacing(entry.key, with: "\"order_id\":\"k-\(owner)-")
      var ids: [String] = []
      if let user = entry.user { ids.append("\"userId\":\"\(user)\"") }
      if let device = entry.device { ids.append("\"anonymousId\":\"\(device)\"") }
      if let previous = entry.previous { ids.append("\"previousId\":\"\(previous)\"") }
      linked.append(
        .init(time: entry.time, person: 0, json: "{\((ids + [fields]).joined(separator: ","))}"))
      guard remaining.contains(where: { $0.fields == entry.fields }) else { continue }
      merged.append(
        .init(time: entry.time, person: 0, json: "{\"userId\":\"\(owner)\",\(fields)}"))
    }
    return (TangledHistory(linked), TangledHistory(merged))
  }
}

extension LinkedHistory {
  /// What there would be if whoever was erased had never been, until then.
  var remaining: [Entry] {
    let owners = Owners(entries)
    var erased: [String: EventTime] = [:]
    for entry in entries where entry.isErasure {
      let owner = owners.owner(of: entry)
      erased[owner] = max(erased[owner] ?? entry.time, entry.time)
    }
    return entries.filter { entry in
      !entry.isErasure && erased[owners.owner(of: entry)].map { entry.time > $0 } ?? true
    }
  }
}

/// Whose everything is, looking back on it all.
struct Owners {
  private var links: [String: [(time: EventTime, person: String)]] = [:]
  private var aliases: [String: (time: EventTime, target: String)] = [:]

  init(_ entries: [LinkedHistory.Entry]) {
    var slots: [String: EventTime] = [:]
    for entry in entries {
      if let user = entry.user, let device = entry.device {
        if entry.isLogin {
          links[device, default: []].append((entry.time, user))
        } else {
          let slot = "\(device) \(user) \(entry.time.milliseconds / 300_000)"
          slots[slot] = min(slots[slot] ?? entry.time, entry.time)
        }
      }
      if let previous = entry.previous, let user = entry.user {
        let known = aliases[previous]
        if known.map({ ($0.time, $0.target) < (entry.time, user) }) ?? true {
          aliases[previous] = (entry.time, user)
        }
      }
    }
    for (slot, time) in slots {
      let words = slot.split(separator: " ").map(String.init)
      links[words[0], default: []].append((time, words[1]))
    }
    for device in links.keys { links[device]?.sort { ($0.time, $0.person) < ($1.time, $1.person) } }
  }

  func person(using device: String, at time: EventTime) -> String? {
    let links = links[device] ?? []
    return (links.last { $0.time <= time } ?? links.first)?.person
  }

  func owner(of entry: LinkedHistory.Entry) -> String {
    var name = entry.user ?? ""
    if entry.user == nil, let device = entry.device {
      name = person(using: device, at: entry.time) ?? device
    }
    while let alias = aliases[name] { name = alias.target }
    return name
  }
}
