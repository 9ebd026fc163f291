internal import Attribution

/// A section of the document: hands out the values of its keys and, when all known keys have been
/// asked for, finds the ones that nobody knows.
struct SectionReader {
  let entries: [ConfigurationTree.Entry]
  let origin: ConfigurationTree.Origin
  let path: [DecodingContext.Step]
  let context: DecodingContext
  /// Keys that were asked for, in that order.
  private(set) var known: [String] = []
  /// Keys that are not set are noted with their defaults. Not where something else than the usual
  /// default is in force.
  var notesDefaults = true

  init(
    entries: [ConfigurationTree.Entry], origin: ConfigurationTree.Origin,
    path: [DecodingContext.Step], context: DecodingContext
  ) {
    self.entries = entries
    self.origin = origin
    self.path = path
    self.context = context
  }

  /// Gathers a problem with the section as a whole.
  func fail(_ message: String) {
    context.fail(at: origin, path: path, message)
  }

  /// The value of `key`; `nil` if the section has no such key.
  mutating func optional(_ key: String) -> ValueReader? {
    if !known.contains(key) { known.append(key) }
    guard let entry = entries.first(where: { $0.key == key }) else { return nil }
    return ValueReader(tree: entry.value, path: path + [.key(key)], context: context)
  }

  /// The value of `key`; without it, gathers a problem that says what it is for.
  mutating func required(_ key: String, _ expectation: String) -> ValueReader? {
    if let value = optional(key) { return value }
    fail("`\(key)` is missing: expected \(expectation)")
    return nil
  }

  /// What `read` makes of `key`; where it is not set, `fallback`, which is noted as in force.
  mutating func value<Value>(
    _ key: String, default fallback: Value, shownAs shown: String? = nil,
    _ read: (ValueReader) -> Value?
  ) -> Value {
    if let value = optional(key) { return read(value) ?? fallback }
    fillIn(key, .scalar(shown ?? "\(fallback)", isPlain: true))
    return fallback
  }

  /// Notes that `value` is in force for `key`, which is not set.
  func fillIn(_ key: String, _ value: ConfigurationTree.Value) {
    guard notesDefaults else { return }
    context.fillIn(path + [.key(key)], ConfigurationTree(value: value, origin: .filledIn))
  }

  /// The subsection `key`; one without keys where it is not set.
  mutating func section(_ key: String) -> SectionReader {
    var section =
      optional(key)?.section()
      ?? SectionReader(entries: [], origin: origin, path: path + [.key(key)], context: context)
    section.notesDefaults = notesDefaults
    return section
  }

  /// Gathers a problem for every key that was never asked for.
  func finish() {
    for entry in entries where !known.contains(entry.key) {
      fail(unknown: entry, candidates: known)
    }
  }

  /// Gathers that the key of `entry` means nothing here.
  func fail(unknown entry: ConfigurationTree.Entry, candidates: [String], _ kind: String = "key") {
    let keyPath = path + [.key(entry.key)]
    let message: String
    if case .variable(let name) = entry.keyOrigin {
      let meant = EnvironmentOverrides.suggestion(
        for: name, unknownKey: entry.key, depth: path.count, among: candidates)
      message = "no such setting" + (meant.map { "; did you mean \($0)?" } ?? "")
    } else if entry.key == "<<" {
      message = "merge keys are not supported; an alias can stand for a whole value"
    } else {
      let meant = Suggestion.phrase(for: entry.key, among: candidates)
      let all =
        meant.isEmpty && !candidates.isEmpty && candidates.count <= 24
        ? "; expected one of \(candidates.joined(separator: ", "))" : meant
      message = "unknown \(kind)\(all)"
    }
    context.fail(at: entry.keyOrigin, path: keyPath, message)
  }
}
