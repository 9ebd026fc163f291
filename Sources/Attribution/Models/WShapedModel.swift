/// Fixed shares to the first touchpoint, to the one that created the lead and to the last; the rest
/// spread evenly over the others.
///
/// A touchpoint that is two of these gets both shares. What nobody is there to get, because there is
/// no lead or there are no others, is left out, and the shares are normalised.
package struct WShapedModel: AttributionModel {
  package let name = "w_shaped"
  /// Names of the conversion rules that are a lead; the first conversion of any of them counts.
  package let leads: [String]
  /// Shares in millionths.
  package let first: UInt64
  package let lead: UInt64
  package let last: UInt64

  private static let whole: UInt64 = 1_000_000

  /// Shares in millionths; together they are positive and at most one million.
  package init(
    leads: [String], first: UInt64 = 300_000, lead: UInt64 = 300_000, last: UInt64 = 300_000
  ) {
    precondition((1...WShapedModel.whole).contains(first + lead + last))
    self.leads = leads
    self.first = first
    self.lead = lead
    self.last = last
  }

  package var milestones: [String] { leads }

  package var parameters: [ModelParameter] {
    [
      ModelParameter("lead", .names(leads)), ModelParameter("first", .millionths(first)),
      ModelParameter("lead_share", .millionths(lead)), ModelParameter("last", .millionths(last)),
    ]
  }

  package func credits(for path: Path) -> Credits {
    let end = path.touchpoints.count - 1
    // Earlier conversions have earlier touchpoints, so the first lead is the one with the first.
    let leading = leads.compactMap { path.touchpoint(leadingTo: $0) }.min()
    let others = path.touchpoints.indices.count { $0 != 0 && $0 != end && $0 != leading }
    // Everything times the number of others, so that their equal parts are whole numbers.
    let scale = UInt64(max(others, 1))
    var weights = [UInt64](repeating: 0, count: end + 1)
    weights[0] += first * scale
    weights[end] += last * scale
    if let leading { weights[leading] += lead * scale }
    let rest = WShapedModel.whole - first - lead - last
    for index in weights.indices where index != 0 && index != end && index != leading {
      weights[index] = rest
    }
    return Credits(normalizingOrEqual: weights)
  }
}
