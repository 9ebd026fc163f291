/// The models that the demo shows side by side.
enum ShownModel: Int, CaseIterable, Sendable {
  case firstTouch, lastTouch, linear, positionBased

  /// The name in records.
  var name: String {
    switch self {
    case .firstTouch: "first_touch"
    case .lastTouch: "last_touch"
    case .linear: "linear"
    case .positionBased: "position_based"
    }
  }

  /// The name for people.
  var title: String {
    switch self {
    case .firstTouch: "first touch"
    case .lastTouch: "last touch"
    case .linear: "linear"
    case .positionBased: "position based"
    }
  }
}
