package import Attribution

/// What a report can tell touchpoints apart by: all that they carry, and what is known only together
/// with the click or with whoever converted.
package enum ReportDimension: Sendable {
  case profile(Dimension)
  /// Whose click id it came with.
  case clickPlatform
  /// Whether it was the first touchpoint of whoever converted.
  case visitor

  /// Names in configuration and output, beside those of `Dimension`.
  package static let special = ["click_platform", "visitor"]

  init(named name: String) {
    switch name {
    case "click_platform": self = .clickPlatform
    case "visitor": self = .visitor
    default: self = .profile(Dimension(rawValue: name) ?? .mapped(name))
    }
  }

  /// The value for a touchpoint of somebody who first came at `acquired`.
  func value(of touchpoint: Path.Touchpoint, acquired: EventTime?) -> String {
    switch self {
    case .profile(let dimension): dimension.value(of: touchpoint.shared.profile)
    case .clickPlatform:
      touchpoint.click.flatMap { click in
        Array(click.name.utf8).withUnsafeBytes {
          ClickIDPlatform.platform(ofParameter: $0)?.source
        }
      } ?? ""
    case .visitor: acquired.map { touchpoint.time > $0 } ?? false ? "returning" : "new"
    }
  }
}
