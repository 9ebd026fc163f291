extension Amount {
  /// Splits the amount in proportion to `credits`, exact to its own last decimal.
  ///
  /// Largest remainder (Hamilton's method): every part is first rounded towards zero, then the
  /// units still missing go to the largest remainders, ties to the earlier touchpoint. The parts
  /// sum to the amount whenever the credits sum to one. Cost: one pass, and one sort when units
  /// are left over.
  package func shared(by credits: Credits) -> [Amount] {
    guard credits.sumsToOne else {
      return credits.weights.map { Amount(units: part(of: $0, in: credits.total), scale: scale) }
    }
    var parts: [Amount] = []
    parts.reserveCapacity(credits.weights.count)
    var missing = units.magnitude
    for weight in credits.weights {
      let quotient = quotientAndRemainder(of: weight, in: credits.total).quotient
      missing -= quotient
      parts.append(Amount(units: signed(quotient), scale: scale))
    }
    guard missing > 0 else { return parts }
    var remainders: [(index: Int, remainder: UInt64)] = []
    for (index, weight) in credits.weights.enumerated() {
      let remainder = quotientAndRemainder(of: weight, in: credits.total).remainder
      if remainder > 0 { remainders.append((index, remainder)) }
    }
    remainders.sort { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
    for entry in remainders.prefix(Int(missing)) { parts[entry.index].units += units < 0 ? -1 : 1 }
    return parts
  }

  /// This amount's magnitude × `weight` / `total`.
  private func quotientAndRemainder(
    of weight: UInt64, in total: UInt64
  ) -> (quotient: UInt64, remainder: UInt64) {
    total.dividingFullWidth(units.magnitude.multipliedFullWidth(by: weight))
  }

  /// This amount × `weight` / `total`, rounded half away from zero.
  private func part(of weight: UInt64, in total: UInt64) -> Int64 {
    let (quotient, remainder) = total.dividingFullWidth(
      units.magnitude.multipliedFullWidth(by: weight))
    let rounded = quotient + (remainder >= total - remainder ? 1 : 0)
    return signed(rounded)
  }

  /// `magnitude`, which is at most this amount's, with this amount's sign.
  private func signed(_ magnitude: UInt64) -> Int64 {
    // The smallest Int64 has a magnitude that no positive one has.
    units < 0 ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude)
  }
}
