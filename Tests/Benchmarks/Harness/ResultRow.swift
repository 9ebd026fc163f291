/// One measured figure, beside what it is to be compared with.
struct ResultRow {
  /// Which of two figures is the better one.
  enum Better {
    case lower, higher
  }

  var name: String
  var value: Double
  var unit: String
  /// The ceiling or the peer: a figure in the same unit and whose it is.
  var reference: (value: Double, source: String)?
  /// What the figure has to reach; `nil` where it only explains another.
  var goal: Double?
  var better = Better.lower
  /// What somebody has to know who compares the figure.
  var remark: String?

  /// How many times better than the reference; below 1 is worse.
  var ratio: Double? {
    guard let reference, value > 0, reference.value > 0 else { return nil }
    return better == .lower ? reference.value / value : value / reference.value
  }

  var isMet: Bool? {
    goal.map { better == .lower ? value <= $0 : value >= $0 }
  }
}
