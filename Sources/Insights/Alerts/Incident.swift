package import Attribution

/// An open incident: what it did so far, and whether it is over.
///
/// open → updated, as often as it gets worse or `renotify` has passed → recovered or accepted.
package struct Incident: Sendable {
  /// What a bin makes of the incident.
  package enum Change: Hashable, Sendable {
    case began, updated
    case ended(Alert.Resolution)
  }

  /// One bin of the stream that the incident is in.
  package struct Bin: Hashable, Sendable {
    package var counts: BinHistory.Counts
    /// The same of everybody.
    package var whole: BinHistory.Counts
    /// How many of those who arrived were expected to be slow.
    package var slowExpected = 0.0

    package init(counts: BinHistory.Counts, whole: BinHistory.Counts) {
      self.counts = counts
      self.whole = whole
    }
  }

  /// What it was called when it was first said; part of the alert's id, which stays.
  package let firstKind: Alert.Kind
  /// What it turned out to be.
  package var kind: Alert.Kind
  /// Where it was when it was first said; part of the alert's id, which stays.
  package let firstPlace: SegmentPlace?
  /// Where it is; empty for everywhere.
  package var explanation: Explanation
  package let start: Int64
  package let startedAt: EventTime
  package let detectedAt: EventTime
  package let finding: Finding
  package var notifiedAt: EventTime
  package var severity: Alert.Severity
  /// Since the start, where the incident is.
  package var counts: BinHistory.Counts
  /// Since the start, of everybody.
  package var whole: BinHistory.Counts
  /// The ratio of observed to expected at its worst. What comes when it is over no longer counts.
  private var worst = 1.0
  private var slow = 0.0
  private var slowExpected = 0.0
  private var arrived = 0.0
  private var recovery = CumulativeSum()
  /// Evidence, from `askedFrom` on, that nothing has recovered.
  private var persistence = CumulativeSum()
  private var askedFrom = Int64.max

  /// Evidence in nats on which an incident is over: one in two hundred is over too early.
  private static let enough = 5.3
  /// The same where the leader of the breakage has recovered: what broke together is mostly repaired
  /// together, so that odds of twenty to one are there before anything is seen.
  private static let enoughTogether = 2.3
  private static let mostPerBin = 2.0

  package init(
    kind: Alert.Kind, explanation: Explanation, finding: Finding, startedAt: EventTime,
    at time: EventTime, counts: BinHistory.Counts, whole: BinHistory.Counts
  ) {
    firstKind = kind
    self.kind = kind
    self.explanation = explanation
    firstPlace = explanation.places.count == 1 ? explanation.places[0] : nil
    self.finding = finding
    start = finding.start
    self.startedAt = startedAt
    detectedAt = time
    notifiedAt = time
    severity = .info
    self.counts = counts
    self.whole = whole
    if finding.direction == .slower {
      (slow, slowExpected) = (finding.observed, finding.expected)
      arrived = 2 * finding.expected
    }
    severity = currentSeverity
    noteWorst()
  }

  private mutating func noteWorst() {
    worst = kind.isRise ? max(worst, ratio) : min(worst, ratio)
  }

  /// Observed for each that was expected, since the start.
  package var ratio: Double {
    counts.expected > 0 ? counts.observed / counts.expected : 1
  }

  /// What is missing since the start; negative if it is too much.
  package var missing: Double { counts.expected - counts.observed }

  /// By the share of everything expected that is lost.
  package var currentSeverity: Alert.Severity {
    let lost = whole.expected > 0 ? missing / whole.expected : 0
    switch kind {
    case .trackingOutage: return .critical
    case .conversionDrop: return lost >= 0.25 ? .critical : lost >= 0.05 ? .warning : .info
    case .volumeDrop: return lost >= 0.7 ? .critical : lost >= 0.3 ? .warning : .info
    case .slowStep: return .warning
    case .dataQuality: return ratio >= 3 ? .warning : .info
    case .conversionRise, .volumeSpike: return .info
    }
  }

  /// Takes in a bin. Returns whether the incident has recovered with it; `dispersion` is what the
  /// counts vary by.
  package mutating func take(_ bin: Bin, number: Int64, dispersion: Double) -> Bool {
    let evidence = kind == .slowStep ? slowRecovery(bin) : recovery(bin)
    recovery.add(
      min(Incident.mostPerBin, evidence / dispersion), observed: bin.counts.observed,
      expected: bin.counts.expected, bin: number)
    if number >= askedFrom {
      persistence.add(
        min(Incident.mostPerBin, -evidence / dispersion), observed: bin.counts.observed,
        expected: bin.counts.expected, bin: number)
    }
    counts = counts + bin.counts
    whole = whole + bin.whole
    noteWorst()
    slow += bin.counts.slow
    slowExpected += bin.slowExpected
    arrived += bin.counts.observed
    return recovery.statistic >= (askedFrom == .max ? Incident.enough : Incident.enoughTogether)
  }

  /// Asks from `bin` on whether it goes on.
  package mutating func ask(from bin: Int64) {
    persistence.reset()
    askedFrom = bin
  }

  /// Whether it is as sure that it goes on as it would have to be that it is over.
  package var goesOn: Bool { persistence.statistic >= Incident.enough }

  /// Evidence that counts are as expected again, and not halfway between that and the incident's
  /// level: a partial repair is no end.
  private func recovery(_ bin: Bin) -> Double {
    let level = kind.isRise ? max(1.2, worst) : min(0.8, worst)
    let halfway = (1 + level) / 2
    return -bin.counts.observed * Mathematics.log(halfway)
      - bin.counts.expected * (1 - halfway)
  }

  /// Evidence that no more arrivals are slow than should be, against odds halfway to the incident's.
  private func slowRecovery(_ bin: Bin) -> Double {
    guard bin.counts.observed > 0 else { return 0 }
    let usual = odds(slowExpected, arrived)
    let halfway = max(1.5, odds(slow, arrived) / usual).squareRoot()
    let share = min(0.98, max(0.02, bin.slowExpected / bin.counts.observed))
    // As in `SlowEffect`, with the sign turned.
    return bin.counts.observed * Mathematics.log(1 - share + halfway * share)
      - bin.counts.slow * Mathematics.log(halfway)
  }

  private func odds(_ part: Double, _ whole: Double) -> Double {
    (part + 0.5) / (max(0, whole - part) + 0.5)
  }

  /// The incident turns out to be somewhere else, with these counts since its start.
  package mutating func move(
    to explanation: Explanation, counts: BinHistory.Counts, whole: BinHistory.Counts
  ) {
    // Of cells it is not known who was slow.
    if !self.explanation.cells.isEmpty { (slow, slowExpected, arrived) = (0, 0, 0) }
    self.explanation = explanation
    self.counts = counts
    self.whole = whole
    worst = 1
    noteWorst()
    recovery.reset()
    persistence.reset()
  }
}

extension Alert.Kind {
  /// Whether there is more than expected, not less.
  package var isRise: Bool {
    switch self {
    case .conversionRise, .volumeSpike, .dataQuality: true
    case .conversionDrop, .slowStep, .volumeDrop, .trackingOutage: false
    }
  }
}

extension BinHistory.Counts: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(numbers: [entered, observed, expected, slow, slowDue])
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let numbers = try reader.readNumbers()
    guard numbers.count == 5 else { throw ByteReader.Malformed() }
    self.init(
      entered: numbers[0], observed: numbers[1], expected: numbers[2], slow: numbers[3],
      slowDue: numbers[4])
  }
}

extension Finding: StateBytes {
  private static let directions: [Direction] = [.drop, .rise, .slower]

  package func write(to writer: inout ByteWriter) {
    writer.write(byte: direction == .drop ? 0 : direction == .rise ? 1 : 2)
    writer.write(numbers: [statistic, threshold, observed, expected])
    writer.write(signed: start)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let direction = Int(try reader.readByte())
    let numbers = try reader.readNumbers()
    guard direction < Finding.directions.count, numbers.count == 4 else {
      throw ByteReader.Malformed()
    }
    self.init(
      direction: Finding.directions[direction], statistic: numbers[0], threshold: numbers[1],
      start: try reader.readSigned(), observed: numbers[2], expected: numbers[3])
  }
}

extension Explanation: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(parts: places)
    writer.write(parts: cells)
    writer.write(numbers: shares)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    places = try reader.readParts()
    cells = try reader.readParts()
    shares = try reader.readNumbers()
    guard shares.count == (cells.isEmpty ? places.count : cells.count) else {
      throw ByteReader.Malformed()
    }
  }
}

extension Incident: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(text: firstKind.rawValue)
    writer.write(text: kind.rawValue)
    writer.write(flag: firstPlace != nil)
    firstPlace?.write(to: &writer)
    explanation.write(to: &writer)
    finding.write(to: &writer)
    for time in [startedAt, detectedAt, notifiedAt] { writer.write(time: time) }
    writer.write(byte: UInt8(severity.rawValue))
    counts.write(to: &writer)
    whole.write(to: &writer)
    writer.write(numbers: [worst, slow, slowExpected, arrived])
    recovery.write(to: &writer)
    persistence.write(to: &writer)
    writer.write(signed: askedFrom)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    guard let firstKind = Alert.Kind(rawValue: try reader.readText()),
      let kind = Alert.Kind(rawValue: try reader.readText())
    else { throw ByteReader.Malformed() }
    (self.firstKind, self.kind) = (firstKind, kind)
    firstPlace = try reader.readFlag() ? SegmentPlace(from: &reader) : nil
    explanation = try Explanation(from: &reader)
    finding = try Finding(from: &reader)
    start = finding.start
    startedAt = try reader.readTime()
    detectedAt = try reader.readTime()
    notifiedAt = try reader.readTime()
    guard let severity = Alert.Severity(rawValue: Int(try reader.readByte())) else {
      throw ByteReader.Malformed()
    }
    self.severity = severity
    counts = try BinHistory.Counts(from: &reader)
    whole = try BinHistory.Counts(from: &reader)
    let numbers = try reader.readNumbers()
    guard numbers.count == 4 else { throw ByteReader.Malformed() }
    (worst, slow, slowExpected, arrived) = (numbers[0], numbers[1], numbers[2], numbers[3])
    recovery = try CumulativeSum(from: &reader)
    persistence = try CumulativeSum(from: &reader)
    askedFrom = try reader.readSigned()
  }
}
