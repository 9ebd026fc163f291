/// The same credit to every touchpoint of the path.
package struct LinearModel: AttributionModel {
  package let name = "linear"

  package init() {}

  package func credits(for path: Path) -> Credits {
    Credits(normalizing: [UInt64](repeating: 1, count: path.touchpoints.count))
  }
}
