/// Settings from the environment: `AFTERCLICK_KAFKA__BOOTSTRAP_SERVERS` and so on.
///
/// They are laid over the document before it is decoded, so that every check holds for them too.
enum EnvironmentOverrides {
  static let prefix = "AFTERCLICK_"
  /// Variables with a meaning of their own.
  private static let reserved = ["AFTERCLICK_CONFIG", "AFTERCLICK_LOG_LEVEL"]
  /// Tests' own variables, and what Kubernetes sets for a service that is called `afterclick`.
  private static let reservedPrefixes = [
    "AFTERCLICK_TEST_", "AFTERCLICK_SERVICE_HOST", "AFTERCLICK_SERVICE_PORT", "AFTERCLICK_PORT",
  ]

  /// `document` with every setting of `environment` in place.
  static func apply(
    _ environment: [String: String], to document: ConfigurationTree, _ context: DecodingContext
  ) -> ConfigurationTree {
    var document = document
    let overrides = environment.filter { isSetting($0.key) }
      .map { (name: $0.key, parts: parts(of: $0.key), value: $0.value) }
      .sorted { left, right in precedes(left.parts, right.parts) }
    for override in overrides {
      guard !override.parts.contains("") else {
        context.fail(at: .variable(override.name), path: [], "no such setting")
        continue
      }
      let setting = Setting(name: override.name, parts: override.parts, value: override.value)
      document = setting.laid(over: document, depth: 0, path: [], context)
    }
    return document
  }

  private static func isSetting(_ name: String) -> Bool {
    name.hasPrefix(prefix) && !reserved.contains(name)
      && !reservedPrefixes.contains { name.hasPrefix($0) }
  }

  /// What stands between the double underscores.
  private static func parts(of name: String) -> [String] {
    var parts = [""]
    var rest = name.dropFirst(prefix.count)
    while let character = rest.first {
      if rest.hasPrefix("__"), !(parts[parts.count - 1].isEmpty) {
        parts.append("")
        rest = rest.dropFirst(2)
      } else {
        parts[parts.count - 1].append(character)
        rest.removeFirst()
      }
    }
    return parts
  }

  /// Indices in the order of numbers, so that a list grows from its start.
  private static func precedes(_ left: [String], _ right: [String]) -> Bool {
    for (one, other) in zip(left, right) where one != other {
      if let one = Int(one), let other = Int(other) { return one < other }
      return one < other
    }
    return left.count < right.count
  }

  /// The variable that was probably meant by `name`, whose part at `depth` is no key.
  static func suggestion(
    for name: String, unknownKey: String, depth: Int, among candidates: [String]
  ) -> String? {
    var parts = parts(of: name)
    guard depth < parts.count else { return nil }
    let written = parts[depth]
    if let section = candidates.first(where: { written.hasPrefix(variablePart(of: $0) + "_") }) {
      // One underscore where two belong.
      let part = variablePart(of: section)
      parts[depth] = part + "__" + written.dropFirst(part.count + 1)
    } else if let key = Suggestion.nearest(to: unknownKey, among: candidates) {
      parts[depth] = variablePart(of: key)
    } else {
      return nil
    }
    return prefix + parts.joined(separator: "__")
  }

  /// A key as variables spell it: `bootstrap.servers` is `BOOTSTRAP_SERVERS`.
  static func variablePart(of key: String) -> String {
    String(
      String.UnicodeScalarView(
        key.uppercased().unicodeScalars.map { scalar in
          let isKept = scalar.isASCII && (scalar.properties.isAlphabetic || isDigit(scalar))
          return isKept ? scalar : "_"
        }))
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar)
  }
}

extension EnvironmentOverrides {
  /// One variable on its way to its place.
  private struct Setting {
    let name: String
    let parts: [String]
    let value: String

    private var origin: ConfigurationTree.Origin { .variable(name) }

    /// `tree`, which stands at `depth`, with this setting in it.
    func laid(
      over tree: ConfigurationTree?, depth: Int, path: [DecodingContext.Step],
      _ context: DecodingContext
    ) -> ConfigurationTree {
      guard depth < parts.count else { return leaf(over: tree, path, context) }
      switch tree?.value {
      case .list(let elements):
        return element(of: elements, tree, depth, path, context)
      case .section(let entries):
        return entry(of: entries, tree, depth, path, context)
      case .scalar(let text, _) where !text.isEmpty:
        context.fail(at: origin, path: path, "is a single value here and has no parts")
        return tree ?? blank
      case .scalar, nil:
        return Int(parts[depth]) == nil
          ? entry(of: [], tree, depth, path, context)
          : element(of: [], tree, depth, path, context)
      }
    }

    private var blank: ConfigurationTree {
      ConfigurationTree(value: .scalar("", isPlain: true), origin: origin)
    }

    private func leaf(
      over tree: ConfigurationTree?, _ path: [DecodingContext.Step], _ context: DecodingContext
    ) -> ConfigurationTree {
      switch tree?.value {
      case .list(let elements) where !elements.isEmpty:
        context.fail(at: origin, path: path, "is a list: set its elements, as in \(name)__0")
        return tree ?? blank
      case .section(let entries) where !entries.isEmpty:
        let key = EnvironmentOverrides.variablePart(of: entries[0].key)
        context.fail(at: origin, path: path, "is a section: set its keys, as in \(name)__\(key)")
        return tree ?? blank
      case .list, .section, .scalar, nil:
        return ConfigurationTree(value: .scalar(value, isPlain: true), origin: origin)
      }
    }

    private func element(
      of elements: [ConfigurationTree], _ tree: ConfigurationTree?, _ depth: Int,
      _ path: [DecodingContext.Step], _ context: DecodingContext
    ) -> ConfigurationTree {
      var elements = elements
      guard let index = Int(parts[depth]), (0...elements.count).contains(index) else {
        context.fail(
          at: origin, path: path,
          "expected an index from 0 to \(elements.count), found \(ValueReader.quoted(parts[depth]))"
        )
        return tree ?? blank
      }
      let old = index < elements.count ? elements[index] : nil
      let new = laid(over: old, depth: depth + 1, path: path + [.index(index)], context)
      if index < elements.count { elements[index] = new } else { elements.append(new) }
      return ConfigurationTree(value: .list(elements), origin: tree?.origin ?? origin)
    }

    private func entry(
      of entries: [ConfigurationTree.Entry], _ tree: ConfigurationTree?, _ depth: Int,
      _ path: [DecodingContext.Step], _ context: DecodingContext
    ) -> ConfigurationTree {
      var entries = entries
      let part = parts[depth]
      let index = entries.firstIndex { EnvironmentOverrides.variablePart(of: $0.key) == part }
      let key = index.map { entries[$0].key } ?? newKey(part, under: path)
      let old = index.map { entries[$0].value }
      let new = laid(over: old, depth: depth + 1, path: path + [.key(key)], context)
      if let index {
        entries[index].value = new
      } else {
        entries.append(.init(key: key, keyOrigin: origin, value: new))
      }
      return ConfigurationTree(value: .section(entries), origin: tree?.origin ?? origin)
    }

    /// The key that a part means where the document does not have it yet.
    private func newKey(_ part: String, under path: [DecodingContext.Step]) -> String {
      let key = part.lowercased()
      guard path == [.key("kafka")] else { return key }
      let isFile = key.hasSuffix("_file")
      let name = (isFile ? key.dropLast(5) : key[...]).map { $0 == "_" ? "." : $0 }
      return String(name) + (isFile ? "_file" : "")
    }
  }
}
