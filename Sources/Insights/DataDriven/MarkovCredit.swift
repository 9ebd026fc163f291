internal import Attribution

/// What each channel contributes, by what would be lost without it (Anderl, Becker, von Wangenheim
/// and Schumann, "Mapping the customer journey", 2016).
///
/// People move between states: the start, the last `order` channels they met, conversion and none.
/// How likely they convert from the start, p, follows from the moves that were seen. Without a
/// channel, whoever would come to it is lost, and p becomes p'. The channel's removal effect is
/// 1 − p' ÷ p.
package struct MarkovCredit: Sendable {
  /// Moves out of one state.
  private struct State {
    /// The channel that one comes to with this state.
    var channel: Int
    var moves: [(state: Int, count: Double)] = []
    var conversions = 0.0
    var others = 0.0

    var total: Double { moves.reduce(conversions + others) { $0 + $1.count } }
  }

  /// The first one is the start.
  private var states: [State] = [State(channel: -1)]
  private let channels: Int
  /// Sweeps that a solution may take; far more than paths are long.
  private static let mostSweeps = 10_000
  private static let precision = 1e-13

  /// Learns the moves from all paths of `table`, told apart by their last `order` channels.
  package init(_ table: PathTable, order: Int = 1) {
    precondition(CreditLearner.orders.contains(order), "order \(order)")
    channels = table.channels.count
    var places: [[UInt16]: Int] = [:]
    var moves: [[Int: Int]] = [[:]]
    for entry in table.entries {
      let count = Double(max(0, entry.conversions) + max(0, entry.others))
      guard count > 0 else { continue }
      var current = 0
      for end in 1...entry.path.count {
        let key = Array(entry.path[max(0, end - order)..<end])
        let next = places[key] ?? states.count
        if next == states.count {
          places[key] = next
          states.append(State(channel: Int(entry.path[end - 1])))
          moves.append([:])
        }
        let move = moves[current][next] ?? states[current].moves.count
        if move == states[current].moves.count {
          moves[current][next] = move
          states[current].moves.append((next, 0))
        }
        states[current].moves[move].count += count
        current = next
      }
      states[current].conversions += Double(max(0, entry.conversions))
      states[current].others += Double(max(0, entry.others))
    }
  }

  /// How likely somebody who starts converts, without the channel `removed`.
  package func conversionProbability(without removed: Int? = nil) -> Double {
    let totals = states.map(\.total)
    var probability = [Double](repeating: 0, count: states.count)
    // Gauss and Seidel's method; backwards, because later states were found later.
    for _ in 0..<MarkovCredit.mostSweeps {
      var change = 0.0
      for index in states.indices.reversed()
      where totals[index] > 0 && (removed == nil || states[index].channel != removed) {
        let sum = states[index].moves.reduce(states[index].conversions) {
          $0 + $1.count * probability[$1.state]
        }
        let value = sum / totals[index]
        change = max(change, abs(value - probability[index]))
        probability[index] = value
      }
      if change < MarkovCredit.precision { break }
    }
    return probability[0]
  }

  /// The removal effect of each channel, in the order of the table's channels; zero for all if nobody
  /// converts.
  package func removalEffects() -> [Double] {
    let whole = conversionProbability()
    guard whole > 0 else { return [Double](repeating: 0, count: channels) }
    return (0..<channels).map { channel in
      max(0, 1 - conversionProbability(without: channel) / whole)
    }
  }
}
