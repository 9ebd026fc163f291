package import Attribution

/// A fault of the shop that alerts have to find.
///
/// From `from` until `to`, people on `device` (`nil` is all) take `step` `factor` times as often.
package struct PlantedIncident: Hashable, Sendable {
  package var from: EventTime
  package var to: EventTime
  package var device: ShopDevice?
  package var step: ShopStep
  package var factor: Double

  package init(
    from: EventTime, to: EventTime, device: ShopDevice?, step: ShopStep, factor: Double
  ) {
    self.from = from
    self.to = to
    self.device = device
    self.step = step
    self.factor = factor
  }
}
