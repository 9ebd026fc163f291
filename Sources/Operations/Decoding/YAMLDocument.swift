internal import Yams

/// Reads YAML text into a `ConfigurationTree`, within limits that hold for any text at all.
enum YAMLDocument {
  /// A configuration of ten thousand rules stays below all three.
  static let maximumBytes = 1_048_576
  static let maximumDepth = 40
  static let maximumNodes = 100_000
  /// Keys given twice that are found in one go: each costs another parse.
  private static let maximumRepeats = (small: 16, large: 1)
  private static let smallBytes = 65_536

  /// The document's tree; `nil` if there is a problem, which `context` then holds.
  static func read(_ text: String, into context: DecodingContext) -> ConfigurationTree? {
    guard text.utf8.count <= maximumBytes else {
      context.fail(at: .filledIn, path: [], "is larger than \(maximumBytes / 1_024) KiB")
      return nil
    }
    if let line = text.lineOfUnprintable {
      context.fail(at: .line(line), path: [], "is not text: it holds control characters")
      return nil
    }
    if let line = KeyShapes.lineOfComposedKey(in: text) {
      let message = "a key has to be plain text: no alias, list or section"
      context.fail(at: .line(line), path: [], message)
      return nil
    }
    guard let root = compose(text, context) else { return nil }
    var conversion = Conversion(context: context)
    guard let tree = conversion.tree(of: root, path: []) else { return nil }
    guard case .section = tree.value else {
      context.fail(at: tree.origin, path: [], "expected a section of keys")
      return nil
    }
    return tree
  }

  /// Parses `text`. A key that is given twice is marked and the text parsed again, so that it is
  /// found together with everything else.
  private static func compose(_ text: String, _ context: DecodingContext) -> Node? {
    var text = text
    let maximum =
      text.utf8.count <= smallBytes ? maximumRepeats.small : maximumRepeats.large
    for repeats in 0...maximum {
      do {
        guard let node = try Yams.compose(yaml: text, .basic) else {
          context.fail(at: .filledIn, path: [], "is empty")
          return nil
        }
        return node
      } catch YamlError.duplicatedKeysInMapping(_, let place) where repeats < maximum {
        text = RepeatedKey.marking(text, at: place.mark, number: repeats)
      } catch let error as YamlError {
        report(error, in: text, context)
        return nil
      } catch {
        context.fail(at: .filledIn, path: [], "cannot be read as YAML")
        return nil
      }
    }
    return nil
  }

  private static func report(_ error: YamlError, in text: String, _ context: DecodingContext) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let isTab = text.startsWithTab(line: mark.line)
      let message = isTab ? "tabs cannot indent YAML: use spaces" : "not YAML: \(problem)"
      context.fail(at: .line(mark.line), path: [], message)
    case .duplicatedKeysInMapping(_, let place):
      context.fail(at: .line(place.mark.line), path: [], "too many keys are given twice")
    case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem),
      .representer(let problem):
      context.fail(at: .filledIn, path: [], "not YAML: \(problem)")
    case .no, .memory, .dataCouldNotBeDecoded:
      context.fail(at: .filledIn, path: [], "cannot be read as YAML")
    }
  }
}

extension YAMLDocument {
  /// Turns Yams' nodes into ours; counts them, so that aliases of aliases cannot multiply.
  private struct Conversion {
    let context: DecodingContext
    private var count = 0

    init(context: DecodingContext) {
      self.context = context
    }

    mutating func tree(of node: Node, path: [DecodingContext.Step]) -> ConfigurationTree? {
      let origin = node.line.map(ConfigurationTree.Origin.line) ?? .filledIn
      count += 1
      guard count <= maximumNodes, path.count <= maximumDepth else {
        if count <= maximumNodes {
          context.fail(at: origin, path: [], "is nested more than \(maximumDepth) levels deep")
        } else {
          context.fail(at: origin, path: [], "holds more than \(maximumNodes) values")
        }
        return nil
      }
      switch node {
      case .scalar(let scalar):
        return ConfigurationTree(value: value(of: scalar, origin, path), origin: origin)
      case .sequence(let sequence):
        var elements: [ConfigurationTree] = []
        for (index, element) in sequence.enumerated() {
          guard let tree = tree(of: element, path: path + [.index(index)]) else { return nil }
          elements.append(tree)
        }
        return ConfigurationTree(value: .list(elements), origin: origin)
      case .mapping(let mapping):
        return section(of: mapping, origin, path)
      case .alias:
        context.fail(at: origin, path: path, "not YAML: found undefined alias")
        return nil
      }
    }

    private func value(
      of scalar: Node.Scalar, _ origin: ConfigurationTree.Origin, _ path: [DecodingContext.Step]
    ) -> ConfigurationTree.Value {
      let isPlain = scalar.style == .plain || scalar.style == .any
      switch scalar.tag.rawValue {
      case "", "!": return .scalar(scalar.string, isPlain: isPlain)
      case Tag.Name.str.rawValue: return .scalar(scalar.string, isPlain: false)
      default:
        context.fail(at: origin, path: path, "tags are not supported")
        return .scalar(scalar.string, isPlain: isPlain)
      }
    }

    private mutating func section(
      of mapping: Node.Mapping, _ origin: ConfigurationTree.Origin, _ path: [DecodingContext.Step]
    ) -> ConfigurationTree? {
      var entries: [ConfigurationTree.Entry] = []
      var firstLines: [String: Int] = [:]
      for (key, value) in mapping {
        let keyOrigin = key.line.map(ConfigurationTree.Origin.line) ?? origin
        guard let name = key.scalar.map({ RepeatedKey.name(in: $0.string) }) else {
          context.fail(at: keyOrigin, path: path, "a key has to be plain text")
          return nil
        }
        let step = path + [.key(name)]
        if let first = firstLines[name] {
          context.fail(at: keyOrigin, path: step, "is given twice, first on line \(first)")
          continue
        }
        firstLines[name] = key.line ?? 0
        guard let tree = tree(of: value, path: step) else { return nil }
        entries.append(.init(key: name, keyOrigin: keyOrigin, value: tree))
      }
      return ConfigurationTree(value: .section(entries), origin: origin)
    }
  }
}

extension Node {
  /// The line it starts on, from 1.
  fileprivate var line: Int? { mark?.line }
}

extension String {
  /// The first line with a character that has no place in a text file, from 1.
  fileprivate var lineOfUnprintable: Int? {
    var line = 1
    for byte in utf8 {
      switch byte {
      case 0x0a: line += 1
      case 0x09, 0x0d, 0x20...0x7e, 0x80...: continue
      default: return line
      }
    }
    return nil
  }

  /// Whether the white space at the start of `line` (from 1) holds a tab.
  fileprivate func startsWithTab(line: Int) -> Bool {
    let lines = utf8.split(separator: 0x0a, maxSplits: line, omittingEmptySubsequences: false)
    guard line >= 1, line <= lines.count else { return false }
    return lines[line - 1].prefix { $0 == 0x20 || $0 == 0x09 }.contains(0x09)
  }
}
