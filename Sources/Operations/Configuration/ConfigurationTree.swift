/// A YAML document as this module works on it: plain values that know where they were written.
struct ConfigurationTree: Sendable {
  var value: Value
  var origin: Origin

  /// A node of the document.
  indirect enum Value: Sendable {
    /// Text, and whether it was written without quotes.
    case scalar(String, isPlain: Bool)
    case list([ConfigurationTree])
    /// In the order of the document; keys are unique.
    case section([Entry])
  }

  /// A key of a section with its value.
  struct Entry: Sendable {
    var key: String
    var keyOrigin: Origin
    var value: ConfigurationTree
  }

  /// Where a value came from.
  enum Origin: Hashable, Sendable {
    case line(Int)
    /// An environment variable.
    case variable(String)
    /// Not written anywhere: a default.
    case filledIn
  }
}

// Trees that were written in code.
extension ConfigurationTree {
  static func text(_ text: String) -> ConfigurationTree {
    ConfigurationTree(value: .scalar(text, isPlain: true), origin: .filledIn)
  }

  static func list(_ elements: [ConfigurationTree]) -> ConfigurationTree {
    ConfigurationTree(value: .list(elements), origin: .filledIn)
  }

  static func section(_ entries: [(String, ConfigurationTree)]) -> ConfigurationTree {
    let entries = entries.map { Entry(key: $0.0, keyOrigin: .filledIn, value: $0.1) }
    return ConfigurationTree(value: .section(entries), origin: .filledIn)
  }
}

extension ConfigurationTree.Origin {
  /// The origin as messages say it.
  var location: ConfigurationError.Problem.Location {
    switch self {
    case .line(let line): .line(line)
    case .variable(let name): .variable(name)
    case .filledIn: .file
    }
  }
}
