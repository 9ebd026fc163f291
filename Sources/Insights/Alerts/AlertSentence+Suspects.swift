extension AlertSentence {
  /// ` for device ios and android`, ` for device ios with app_version 5.2`, or nothing if it is
  /// everybody.
  static func whom(_ suspects: [Alert.Suspect]) -> String {
    guard let first = suspects.first?.segments.first else { return "" }
    let others = suspects.compactMap { $0.segments.count > 1 ? $0.segments[1] : nil }
    guard others.count == suspects.count else {
      return " for \(first.dimension) \(list(suspects.map { name($0.segments[0]) }))"
    }
    // What all have in common is said once.
    if suspects.allSatisfy({ $0.segments[0] == first }) {
      let values = list(others.map(name))
      return " for \(first.dimension) \(name(first)) with \(others[0].dimension) \(values)"
    }
    if others.allSatisfy({ $0 == others[0] }) {
      let values = list(suspects.map { name($0.segments[0]) })
      return " for \(others[0].dimension) \(name(others[0])) with \(first.dimension) \(values)"
    }
    let pairs = suspects.map { $0.segments.map { "\($0.dimension) \(name($0))" } }
    return " for \(list(pairs.map { $0.joined(separator: " with ") }))"
  }

  private static func name(_ segment: Alert.Segment) -> String {
    segment.value.isEmpty ? "unknown" : segment.value
  }

  private static func list(_ names: [String]) -> String {
    guard names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }
}
