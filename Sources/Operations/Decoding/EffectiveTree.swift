/// The configuration in force as one tree: what was written, what was filled in, secrets masked;
/// its sections in the order of `keys`.
enum EffectiveTree {
  static func tree(
    _ document: ConfigurationTree,
    _ defaults: [(path: [DecodingContext.Step], tree: ConfigurationTree)], keys: [String]
  ) -> ConfigurationTree {
    var tree = document
    for entry in defaults { tree = insert(entry.tree, at: entry.path[...], into: tree) }
    guard case .section(var entries) = tree.value else { return tree }
    for index in entries.indices where entries[index].key == "kafka" {
      entries[index].value = masked(entries[index].value)
    }
    let ordered = keys.compactMap { key in entries.first { $0.key == key } }
    tree.value = .section(ordered)
    return tree
  }

  /// `tree` with `value` at `path`, unless something stands there or on the way.
  private static func insert(
    _ value: ConfigurationTree, at path: ArraySlice<DecodingContext.Step>,
    into tree: ConfigurationTree?
  ) -> ConfigurationTree {
    guard let step = path.first else { return tree ?? value }
    var result = tree ?? ConfigurationTree(value: .section([]), origin: .filledIn)
    switch (step, result.value) {
    case (.key(let key), .section(var entries)):
      if let index = entries.firstIndex(where: { $0.key == key }) {
        entries[index].value = insert(value, at: path.dropFirst(), into: entries[index].value)
      } else {
        let inner = insert(value, at: path.dropFirst(), into: nil)
        entries.append(.init(key: key, keyOrigin: .filledIn, value: inner))
      }
      result.value = .section(entries)
    case (.index(let index), .list(var elements)) where index < elements.count:
      elements[index] = insert(value, at: path.dropFirst(), into: elements[index])
      result.value = .list(elements)
    case (.key, _), (.index, _):
      break
    }
    return result
  }

  private static func masked(_ section: ConfigurationTree) -> ConfigurationTree {
    guard case .section(var entries) = section.value else { return section }
    for index in entries.indices where Secrets.isSecret(entries[index].key) {
      entries[index].value.value = .scalar(Secrets.mask, isPlain: false)
    }
    return ConfigurationTree(value: .section(entries), origin: section.origin)
  }
}
