internal import Attribution
internal import Formats

/// One record of the journeys log about a subject of whom something is known, while it is followed.
struct IdentityTurn {
  /// The device's or person's id.
  let name: String
  /// Where its journey is.
  let index: Int
  /// The journey was made for this record.
  let isNew: Bool
  /// What is said is said for the first time.
  let emits: Bool
  var state: IdentityState
  var emissions: [JourneyUpdate.Emission] = []
  /// What has to be told to others, in order.
  var letters: [(to: String, IdentityRecord)] = []
  /// Conversions whose output is to be taken back.
  var takenBack: [String] = []
  var audits: [ErasureAudit] = []

  mutating func tell(_ subject: String, _ record: IdentityRecord) {
    if subject != name { letters.append((subject, record)) }
  }

  /// Tells everybody who may have events of this subject where they belong now.
  mutating func tellOwnership(alsoTo others: [String] = []) {
    let people = state.ownership.people
    for person in people + others.filter({ !people.contains($0) }) {
      tell(person, .ownership(of: name, state.ownership))
    }
  }
}
