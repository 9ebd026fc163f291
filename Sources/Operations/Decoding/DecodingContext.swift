internal import Attribution

/// What decoding one document gathers: everything that is wrong, and every default it fills in.
///
/// One object for one call of `Configuration.parse`; it never leaves it.
final class DecodingContext {
  /// A key or an index on the way from the document to a value.
  enum Step: Hashable {
    case key(String)
    case index(Int)
  }

  private(set) var problems: [ConfigurationError.Problem] = []
  private(set) var warnings: [String] = []
  private(set) var defaults: [(path: [Step], tree: ConfigurationTree)] = []
  /// The pointers of rules in force.
  var fields = FieldTable()
  /// Names of the dimensions that the configuration maps.
  var mappedDimensions: [String] = []
  /// What is wrong with a property of librdkafka.
  let examination: KafkaProperties.Examination

  init(_ examination: @escaping KafkaProperties.Examination = { _ in nil }) {
    self.examination = examination
  }

  /// Gathers a problem with the value at `path`.
  func fail(at origin: ConfigurationTree.Origin, path: [Step], _ message: String) {
    fail(.init(origin.location, path: DecodingContext.text(of: path), message: message))
  }

  func fail(_ problem: ConfigurationError.Problem) {
    problems.append(problem)
  }

  /// The problems in the order of the file, then of the variables' names.
  var problemsInOrder: [ConfigurationError.Problem] {
    func rank(_ problem: ConfigurationError.Problem) -> (Int, Int, String) {
      switch problem.location {
      case .file: (0, 0, "")
      case .line(let line): (1, line, "")
      case .variable(let name): (2, 0, name)
      }
    }
    return problems.enumerated().sorted { left, right in
      let (one, other) = (rank(left.element), rank(right.element))
      return one == other ? left.offset < right.offset : one < other
    }.map(\.element)
  }

  func warn(_ message: String) {
    if !warnings.contains(message) { warnings.append(message) }
  }

  /// Notes that nothing is configured at `path` and `tree` is in force.
  func fillIn(_ path: [Step], _ tree: ConfigurationTree) {
    defaults.append((path, tree))
  }

  /// `conversions[0].lookback.click`.
  static func text(of path: [Step]) -> String {
    var text = ""
    for step in path {
      switch step {
      case .key(let key): text += (text.isEmpty ? "" : ".") + readable(key)
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }

  /// A key as one short line, whatever was written.
  private static func readable(_ key: String) -> String {
    let line = key.unicodeScalars.prefix(60).map { $0.value < 0x20 ? " " : String($0) }
    return line.joined() + (key.unicodeScalars.count > 60 ? "…" : "")
  }
}
