/// How a person met a touchpoint; lookback windows and view rules differ by it.
package enum Interaction: UInt8, CaseIterable, Sendable {
  case click, view, visit

  /// The name in configuration and output.
  package var name: String {
    switch self {
    case .click: "click"
    case .view: "view"
    case .visit: "visit"
    }
  }
}
