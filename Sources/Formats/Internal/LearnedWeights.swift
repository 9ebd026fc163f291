package import Attribution

/// The last weights of each conversion rule that has any, in order of the rules' names.
package struct LearnedWeights: Hashable, Sendable {
  package private(set) var byRule: [(rule: String, weights: DataDrivenModel.Weights)] = []

  package init() {}

  package mutating func set(_ weights: DataDrivenModel.Weights, ofRuleNamed rule: String) {
    byRule.removeAll { $0.rule == rule }
    byRule.append((rule, weights))
    byRule.sort { $0.rule < $1.rule }
  }

  package static func == (left: LearnedWeights, right: LearnedWeights) -> Bool {
    left.byRule.elementsEqual(right.byRule) { $0 == $1 }
  }

  package func hash(into hasher: inout Hasher) {
    for (rule, weights) in byRule {
      hasher.combine(rule)
      hasher.combine(weights)
    }
  }
}

extension LearnedWeights {
  func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(byRule.count))
    for (rule, weights) in byRule {
      writer.write(text: rule)
      var bytes = ByteWriter()
      ModelWeightsCodec.write(weights, to: &bytes)
      bytes.bytes.withUnsafeBytes { writer.write(counted: $0) }
    }
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
    for _ in 0..<(try reader.readCount()) {
      let rule = try reader.readText()
      byRule.append((rule, try ModelWeightsCodec.read(try reader.readCounted())))
    }
  }
}
