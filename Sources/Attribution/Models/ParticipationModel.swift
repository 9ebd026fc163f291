/// All credit to every touchpoint: what it took part in, not what it earned.
///
/// Credits do not sum to one, nor shares to the value; the output says so.
package struct ParticipationModel: AttributionModel {
  package let name = "participation"
  package let sharesCredit = false

  package init() {}

  package func credits(for path: Path) -> Credits {
    Credits(oneToEach: path.touchpoints.count)
  }
}
