package import Attribution

extension InsightsBoard {
  /// A part of the state: what is known about one subject.
  package struct Part: Sendable {
    package var kind: UInt8
    package var name: String
    /// `nil` if nothing of it has changed since parts were last taken.
    package var bytes: [UInt8]?

    package init(kind: UInt8, name: String, bytes: [UInt8]?) {
      self.kind = kind
      self.name = name
      self.bytes = bytes
    }
  }

  private enum Kind {
    static let funnel: UInt8 = 0
    static let report: UInt8 = 1
    static let quality: UInt8 = 2
    /// After that of their report: conversions of a day.
    static let conversions: UInt8 = 3
  }

  /// The state without its parts.
  package func writeHead(to writer: inout ByteWriter) {
    writer.write(time: time)
    writer.write(time: judgedTime)
    writer.write(signed: Int64(unknownFacts))
  }

  /// The rest of the state, in the order of the rules. A restored board has nothing changed.
  package mutating func takeParts() -> [Part] {
    var parts: [Part] = []
    for (outline, funnel) in zip(rules.funnels, funnels) {
      guard let funnel else { continue }
      var part = ByteWriter()
      funnel.watch.write(to: &part)
      funnel.report.write(to: &part)
      parts.append(Part(kind: Kind.funnel, name: outline.name, bytes: part.bytes))
    }
    for (index, shape) in rules.reports.enumerated() {
      guard let report = reports[index] else { continue }
      var part = ByteWriter()
      report.report.write(to: &part)
      report.cohorts.write(to: &part)
      report.paths.write(to: &part)
      part.write(signed: Int64(report.version))
      parts.append(Part(kind: Kind.report, name: shape.conversion, bytes: part.bytes))
      parts += (reports[index]?.report.takeDays() ?? []).map { day, bytes in
        Part(kind: Kind.conversions, name: "\(day)/\(shape.conversion)", bytes: bytes)
      }
    }
    if let quality {
      var part = ByteWriter()
      quality.write(to: &part)
      parts.append(Part(kind: Kind.quality, name: "", bytes: part.bytes))
    }
    return parts
  }

  /// Goes on where a board was, with these rules: what they do not know any more is forgotten, what
  /// is new in them begins. Before any part.
  package mutating func restoreHead(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    time = try reader.readTime()
    judgedTime = try reader.readTime()
    unknownFacts = try reader.readInt()
  }

  /// Takes up a part; those of a lower kind come first.
  package mutating func restore(
    kind: UInt8, name: String, _ bytes: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) {
    var part = ByteReader(bytes)
    switch kind {
    case Kind.funnel: try restoreFunnel(name, from: &part)
    case Kind.report: try restoreReport(name, from: &part)
    case Kind.quality:
      var watch = newQuality()
      try watch.restore(from: &part)
      quality = watch
    case Kind.conversions:
      let names = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard names.count == 2 else { throw ByteReader.Malformed() }
      guard let index = rules.reports.firstIndex(where: { $0.conversion == names[1] }) else {
        return
      }
      try reports[index]?.report.restoreDay(from: &part)
    default: throw ByteReader.Malformed()
    }
  }

  private mutating func restoreFunnel(
    _ name: String, from reader: inout ByteReader
  ) throws(ByteReader.Malformed) {
    guard let index = rules.funnels.firstIndex(where: { $0.name == name }) else { return }
    var funnel = newFunnel(index)
    try funnel.watch.restore(from: &reader)
    try funnel.report.restore(from: &reader)
    funnels[index] = funnel
  }

  private mutating func restoreReport(
    _ name: String, from reader: inout ByteReader
  ) throws(ByteReader.Malformed) {
    guard let index = rules.reports.firstIndex(where: { $0.conversion == name }) else { return }
    var report = newReport(index)
    try report.report.restore(from: &reader)
    report.cohorts = try CohortTable(from: &reader)
    report.paths = try PathHistory(from: &reader)
    report.version = try reader.readInt()
    reports[index] = report
  }
}
