/// What each channel contributes, as Shapley (1953) divides what players achieve together.
///
/// A set of channels achieves the conversion rate of those people who met no other channels. A
/// channel's value is what it adds when it joins a set, averaged over all orders in which the
/// channels may join: Σ over sets S without it of |S|! (n − |S| − 1)! ÷ n! × (v(S + c) − v(S)).
/// Order and repeats on a path make no difference.
package struct ShapleyCredit: Sendable {
  /// Channels that take part: there are 2^n sets of them. The others, seen least often, are no
  /// players: people who met one of them are left out.
  package static let mostPlayers = 14

  /// The value of each channel, in the order of the table's channels; negative where people who met
  /// it convert less.
  package let values: [Double]

  package init(_ table: PathTable) {
    let channels = table.channels.count
    var seen = [Int](repeating: 0, count: channels)
    for entry in table.entries {
      let count = max(0, entry.conversions) + max(0, entry.others)
      for channel in Set(entry.path) { seen[Int(channel)] += count }
    }
    let players = Array(
      (0..<channels).sorted { (seen[$1], $0) < (seen[$0], $1) }
        .prefix(ShapleyCredit.mostPlayers))
    let rates = ShapleyCredit.rates(table, players: players)
    var values = [Double](repeating: 0, count: channels)
    let weights = ShapleyCredit.weights(players: players.count)
    for (player, channel) in players.enumerated() {
      let bit = 1 << player
      for set in rates.indices where set & bit == 0 {
        values[channel] += weights[set.nonzeroBitCount] * (rates[set | bit] - rates[set])
      }
    }
    self.values = values
  }

  /// |S|! (n − |S| − 1)! ÷ n!, by the size of S.
  private static func weights(players: Int) -> [Double] {
    guard players > 0 else { return [] }
    // For the empty set 1/n; each further member multiplies by s ÷ (n − s).
    var weights = [1 / Double(players)]
    for size in 1..<max(1, players) {
      weights.append(weights[size - 1] * Double(size) / Double(players - size))
    }
    return weights
  }

  /// The conversion rate of people whose channels are all in a set, for every set; zero where there
  /// is nobody.
  private static func rates(_ table: PathTable, players: [Int]) -> [Double] {
    var bits = [Int?](repeating: nil, count: table.channels.count)
    for (player, channel) in players.enumerated() { bits[channel] = 1 << player }
    var conversions = [Double](repeating: 0, count: 1 << players.count)
    var people = conversions
    for entry in table.entries {
      var set = 0
      var isComplete = true
      for channel in entry.path {
        if let bit = bits[Int(channel)] { set |= bit } else { isComplete = false }
      }
      guard isComplete else { continue }
      conversions[set] += Double(max(0, entry.conversions))
      people[set] += Double(max(0, entry.conversions) + max(0, entry.others))
    }
    // From exactly these channels to at most these, one channel after the other.
    for player in players.indices {
      for set in conversions.indices where set & (1 << player) != 0 {
        conversions[set] += conversions[set ^ (1 << player)]
        people[set] += people[set ^ (1 << player)]
      }
    }
    return zip(conversions, people).map { $1 > 0 ? $0 / $1 : 0 }
  }
}
