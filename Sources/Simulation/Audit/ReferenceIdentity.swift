internal import Attribution

/// Whose everything is, looking back on all events at once.
///
/// A device belongs to the person who was last seen using it, and before anybody was, to the first.
/// Of the events with both ids only the first of a person on a device in each five minutes counts;
/// every login does. An alias makes everything of one id another's, for all time.
struct ReferenceIdentity {
  private var links: [String: [(time: EventTime, person: String)]] = [:]
  private var aliases: [String: (time: EventTime, target: String)] = [:]

  /// Longer ways from name to name are circles.
  private static let longestWay = 8

  init(_ events: [AuditEvent]) {
    var firsts: [[String]: EventTime] = [:]
    for event in events {
      guard let user = event.user else { continue }
      if let device = event.device, device != user {
        if event.type == "identify" {
          links[device, default: []].append((event.time, user))
        } else {
          let slot = [device, user, "\(event.time.milliseconds / 300_000)"]
          firsts[slot] = min(firsts[slot] ?? event.time, event.time)
        }
      }
      if let previous = event.previous, previous != user {
        let known = aliases[previous]
        if known.map({ ($0.time, $0.target) < (event.time, user) }) ?? true {
          aliases[previous] = (event.time, user)
        }
      }
    }
    for (slot, time) in firsts { links[slot[0], default: []].append((time, slot[1])) }
    for device in links.keys { links[device]?.sort { ($0.time, $0.person) < ($1.time, $1.person) } }
  }

  /// The event as its owner's.
  func owned(_ event: AuditEvent) -> AuditEvent {
    var owned = event
    if event.user == nil, let device = event.device {
      let links = links[device] ?? []
      let owner = links.last { $0.time <= event.time } ?? links.first
      owned.person = owner?.person ?? device
    }
    for _ in 0..<ReferenceIdentity.longestWay {
      guard let alias = aliases[owned.person] else { break }
      owned.person = alias.target
    }
    return owned
  }
}
