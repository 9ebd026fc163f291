#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Credit halves with every half-life between a touchpoint and the conversion.
///
/// Weight 2^(−age ÷ half-life), normalised. Ages are taken relative to the most recent touchpoint,
/// which changes nothing after normalisation and keeps old paths from underflowing.
package struct TimeDecayModel: AttributionModel {
  package let name = "time_decay"
  package let halfLife: TimeSpan

  package init(halfLife: TimeSpan = .days(7)) {
    precondition(halfLife > .zero, "half-life \(halfLife)")
    self.halfLife = halfLife
  }

  package var parameters: [ModelParameter] { [ModelParameter("half_life", .span(halfLife))] }

  package func credits(for path: Path) -> Credits {
    let latest = path.touchpoints[path.touchpoints.count - 1].time
    return Credits(
      normalizing: path.touchpoints.map { touchpoint in
        let age = Double((latest - touchpoint.time).milliseconds)
        let weight = exp2(-age / Double(halfLife.milliseconds))
        // The one place where the model's floating point becomes an integer weight.
        return UInt64((weight * Double(Credits.maximumWeight)).rounded())
      })
  }
}
