package import Attribution

extension CreditLearner {
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
