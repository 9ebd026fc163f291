package import Attribution

/// Turns observed paths into the weights of the `data_driven` model.
package struct CreditLearner: Hashable, Sendable {
  /// How the contribution of channels is found.
  package enum Method: Hashable, Sendable {
    /// Removal effects of a Markov chain that remembers so many channels.
    case markov(order: Int)
    case shapley
  }

  package var method: Method
  /// Conversions before which nothing is said.
  package var fewestConversions = 100
  /// Paths without a conversion before which nothing is said: if everybody converts, nobody knows why.
  package var fewestOthers = 100

  package init(_ method: Method) {
    self.method = method
  }

  /// Weights in millionths, the largest one million, channels by name; `nil` before there is enough
  /// to learn from, or where no channel contributes. Until then the model answers as `linear` does.
  package func weights(from table: PathTable, version: Int) -> DataDrivenModel.Weights? {
    guard table.conversions >= fewestConversions, table.others >= fewestOthers else { return nil }
    let effects =
      switch method {
      case .markov(let order): MarkovCredit(table, order: order).removalEffects()
      case .shapley: ShapleyCredit(table).values.map { max(0, $0) }
      }
    guard let largest = effects.max(), largest > 0 else { return nil }
    // The one place where floating point becomes an integer weight.
    let weights = effects.map { UInt64(($0 / largest * 1_000_000).rounded()) }
    let named = zip(table.channels, weights).sorted { $0.0 < $1.0 }
    return DataDrivenModel.Weights(
      version: version, channels: named.map { NamedWeight($0.0, $0.1) },
      // A channel that nobody has met yet is worth what one is on average.
      other: weights.reduce(0, +) / UInt64(weights.count))
  }
}
