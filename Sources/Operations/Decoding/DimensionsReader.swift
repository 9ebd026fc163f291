internal import Attribution
internal import Stages

/// Reads `dimensions`: what touchpoints carry besides what every event may have.
enum DimensionsReader {
  static func dimensions(in document: inout SectionReader) -> [MappedDimension] {
    guard let value = document.optional("dimensions"),
      let section = value.section("names of dimensions, each with a pointer")
    else { return [] }
    if section.entries.count > MappedDimension.maximumCount {
      value.fail("more than \(MappedDimension.maximumCount) dimensions")
    }
    return section.entries.compactMap { entry in
      let value = ValueReader(
        tree: entry.value, path: section.path + [.key(entry.key)], context: section.context)
      guard isName(entry.key) else {
        value.fail("is no name for a dimension: expected a-z, 0-9 and `_`, a letter first")
        return nil
      }
      guard Dimension(rawValue: entry.key) == nil, !ReportDimension.special.contains(entry.key)
      else {
        value.fail("every touchpoint has this dimension already")
        return nil
      }
      return value.pointer().map { pointer in
        MappedDimension(
          name: entry.key, field: section.context.fields.index(ofPointer: pointer))
      }
    }
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7a).contains(first) else { return false }
    return text.utf8.count <= 64
      && text.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
      }
  }
}
