package import Attribution
package import Formats
package import Stages

/// Runs the stages over files: the daemon's machines on one thread, without a log between them.
///
/// The output is a function of the inputs in their order and of the settings, `presumedNow`
/// included; what is emitted carries stream time. Memory is bounded by the journeys within
/// retention, whatever the size of the files.
package struct Replay {
  package struct Settings: Sendable {
    package var rules: RuleSet
    package var limits: InputLimits
    /// Files in the order in which they are read.
    package var inputs: [ReplayInput]
    /// No event is later than this: lines do not say when they were received.
    package var presumedNow: EventTime
    /// What is watched and reported; `nil` if nothing is.
    package var insights: InsightsPlan?

    package init(
      rules: RuleSet, limits: InputLimits = InputLimits(), inputs: [ReplayInput],
      presumedNow: EventTime = WallClock.now, insights: InsightsPlan? = nil
    ) {
      self.insights = insights
      self.rules = rules
      self.limits = limits
      self.inputs = inputs
      self.presumedNow = presumedNow
    }
  }

  /// Events for Journeys between two looks for journeys that have become idle. As many are looked
  /// at as may have come, so they cannot pile up.
  private static let expirySlice = 1_024

  private let settings: Settings
  private let conversions: LineWriter?
  private let deadLetters: LineWriter?
  private let erasures: LineWriter?
  /// One for each topic, so that two files of a topic are read as one.
  private var intakes: [String: IntakeMachine] = [:]
  private var journeys: JourneyMachine
  /// What Journeys has told itself, and what else it has said beside conversions.
  private var told = OutgoingRecords()
  /// What Journeys tells Insights.
  private var facts = OutgoingRecords()
  private var insights: ReplayInsights?
  private var sinceExpiry = 0
  /// When Insights was last told what Intake has to tell.
  private var intakeTold = (line: 0, time: EventTime.distantPast)
  /// Lines after which Insights is told, though no minute has passed.
  private static let linesBetweenFacts = 1_024
  private var json = JSONWriter()
  private var report = ReplayReport()

  /// What nobody takes is only counted: lines that are no events without `deadLetters`, and likewise
  /// what is attributed, what was erased, and what Insights says.
  package init(
    _ settings: Settings, conversions: LineWriter?, deadLetters: LineWriter? = nil,
    erasures: LineWriter? = nil, alerts: LineWriter? = nil, reports: LineWriter? = nil
  ) throws(InvalidPointer) {
    self.settings = settings
    self.conversions = conversions
    self.deadLetters = deadLetters
    self.erasures = erasures
    journeys = JourneyMachine(
      rules: settings.rules, isSaved: false, insights: settings.insights)
    insights = settings.insights.map {
      ReplayInsights(rules: $0.rules, alerts: alerts, reports: reports)
    }
    for input in settings.inputs where intakes[input.topic] == nil {
      var intake = IntakeMachine.Settings(
        format: input.format, rules: settings.rules, limits: settings.limits,
        journeysPartitions: 1, presumedNow: settings.presumedNow)
      intake.insights = settings.insights
      intakes[input.topic] = try IntakeMachine(intake)
    }
  }

  /// The id of a conversion that somebody wants to understand; `explanation` is of its last revision.
  package var explainedID: String? {
    get { journeys.explainedID }
    set { journeys.explainedID = newValue }
  }

  /// `nil` if no conversion has that id.
  package var explanation: ConversionExplanation? { journeys.explanation }

  /// Reads every input to its end and writes what comes of it.
  ///
  /// `progress` is called every few hundred kilobytes.
  package mutating func run(
    progress: (ReplayReport) -> Void = { _ in }
  ) throws(ReplayError) -> ReplayReport {
    report.bytesInAll = try size()
    for input in settings.inputs { try read(input, progress: progress) }
    try insights?.finish(at: journeys.streamTime)
    try conversions?.flush()
    try deadLetters?.flush()
    try erasures?.flush()
    updateCounters()
    return report
  }

  /// Looks at every file before the first is read: a name that is wrong is found at once.
  private func size() throws(ReplayError) -> Int64? {
    var sum: Int64? = 0
    for input in settings.inputs {
      guard let size = try input.size(), let sumSoFar = sum else {
        sum = nil
        continue
      }
      sum = sumSoFar + size
    }
    return sum
  }

  private mutating func read(
    _ input: ReplayInput, progress: (ReplayReport) -> Void
  ) throws(ReplayError) {
    // Taken out while it works: a machine in a dictionary would be looked up for every line.
    guard var intake = intakes.removeValue(forKey: input.topic) else {
      preconditionFailure("no machine for topic \(input.topic)")
    }
    let file = try input.open()
    let isRegularFile = file.isRegular
    let reader = try LineReader(
      try ByteSources.open(file), limit: settings.limits.recordBytes)
    var table = input.table
    let bytesBefore = report.bytesRead
    var output = OutgoingRecords()
    while !reader.isFinished {
      while let line = reader.nextBuffered() {
        try step(line, of: input, &table, &intake, &output)
      }
      // Whoever writes to a pipe line by line also wants to read what comes of each.
      if !isRegularFile { try conversions?.flush() }
      if let line = try reader.readOn() {
        try step(line, of: input, &table, &intake, &output)
      }
      report.bytesRead = bytesBefore + reader.fileBytesRead
      updateCounters()
      progress(report)
    }
    try tellInsights(of: &intake)
    intakes[input.topic] = intake
    report.withoutConsent = intakes.values.reduce(0) { $0 + $1.counters.withoutConsent }
    report.strippedConversions = intakes.values.reduce(into: [:]) { sums, intake in
      sums.merge(intake.counters.strippedConversions, uniquingKeysWith: +)
    }
    report.unidentified = intakes.values.reduce(0) { $0 + $1.counters.unidentified }
    report.screened = intakes.values.reduce(0) { $0 + $1.counters.screened }
    report.futureTimes = intakes.values.reduce(0) { $0 + $1.counters.futureTimes }
  }

  private mutating func step(
    _ line: LineReader.Line, of input: ReplayInput, _ table: inout TableLines?,
    _ intake: inout IntakeMachine, _ output: inout OutgoingRecords
  ) throws(ReplayError) {
    do throws(RejectedInput) {
      let isRecord = try line.read(
        by: &table, limit: settings.limits.recordBytes
      ) { value in
        intake.step(
          InputRecord(value: value), topic: input.topic, partition: 0,
          offset: Int64(line.number - 1), output: &output)
      }
      guard isRecord else { return }
      report.lines += 1
    } catch {
      report.lines += 1
      return try reject(line, of: input, stage: "intake", code: error.code.rawValue, error.message)
    }
    defer { output.removeAll() }
    try output.forEach { (record, key, value) throws(ReplayError) in
      switch record.destination {
      case .journeys: try follow(key, value, from: line, of: input)
      case .deadLetters:
        let headers = DeadLetter.Words(output.headers(of: record))
        try reject(
          line, of: input, value: table == nil ? value : nil, stage: headers.stage,
          code: headers.code, headers.message)
      case .conversions, .changelog, .audits, .insights, .insightsChangelog, .alerts, .reports,
        .models:
        preconditionFailure("Intake wrote to \(record.destination)")
      }
    }
    let minute = TimeSpan.minutes(1)
    guard insights != nil else { return }
    if report.lines - intakeTold.line >= Replay.linesBetweenFacts
      || journeys.streamTime - intakeTold.time >= minute
    {
      try tellInsights(of: &intake)
    }
  }

  private mutating func tellInsights(of intake: inout IntakeMachine) throws(ReplayError) {
    guard insights != nil else { return }
    intakeTold = (report.lines, journeys.streamTime)
    intake.takeFacts(to: &facts)
    try insights?.take(facts, telling: &told)
    facts.removeAll()
    if !told.isEmpty { try followTold() }
  }

  private mutating func follow(
    _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?,
    from line: LineReader.Line, of input: ReplayInput
  ) throws(ReplayError) {
    report.forwarded += 1
    guard let emitted = journeys.emissions(key, value, &told) else {
      return try reject(
        line, of: input, stage: "journeys", code: "malformed_internal_record",
        "what Intake made of the line cannot be read by Journeys")
    }
    try write(emitted)
    if !told.isEmpty { try followTold() }
    if insights != nil {
      journeys.takeFacts(to: &facts)
      try insights?.take(facts, telling: &told)
      facts.removeAll()
      if !told.isEmpty { try followTold() }
    }
    sinceExpiry += 1
    if sinceExpiry == Replay.expirySlice {
      journeys.expire(limit: Replay.expirySlice)
      sinceExpiry = 0
    }
  }

  private mutating func write(_ emitted: [AttributedConversion]) throws(ReplayError) {
    guard let conversions else { return }
    for conversion in emitted {
      json.removeAll()
      conversion.write(emittedAt: journeys.streamTime, to: &json)
      try conversions.write(line: json.bytes)
    }
  }

  /// Follows what Journeys has told itself, and what comes of that, until there is no more.
  private mutating func followTold() throws(ReplayError) {
    while !told.isEmpty {
      let records = told
      told = OutgoingRecords()
      try records.forEach { (record, key, value) throws(ReplayError) in
        switch record.destination {
        case .journeys:
          guard let emitted = journeys.emissions(key, value, &told) else {
            preconditionFailure("Journeys cannot read what it has written itself")
          }
          try write(emitted)
        case .conversions:
          guard let key else { preconditionFailure("a conversion without an id is taken back") }
          guard let conversions else { return }
          json.removeAll()
          ErasedConversion(id: String(decoding: key, as: UTF8.self)).write(to: &json)
          try conversions.write(line: json.bytes)
        case .audits:
          if let value { try erasures?.write(line: Array(value)) }
        case .deadLetters, .changelog, .insights, .insightsChangelog, .alerts, .reports, .models:
          preconditionFailure("Journeys wrote to \(record.destination)")
        }
      }
    }
  }

  /// `value` is what is rejected of the line, where that is not all of it.
  private mutating func reject(
    _ line: LineReader.Line, of input: ReplayInput, value: UnsafeRawBufferPointer? = nil,
    stage: String, code: String, _ message: String
  ) throws(ReplayError) {
    report.deadLetters[code, default: 0] += 1
    guard let deadLetters else { return }
    let letter = ReplayDeadLetter(
      topic: input.topic, file: input.name, line: line, value: value ?? line.bytes, stage: stage,
      code: code, message: message)
    json.removeAll()
    letter.write(to: &json)
    try deadLetters.write(line: json.bytes)
  }

  private mutating func updateCounters() {
    report.conversions = journeys.counters.conversions
    report.revisions = journeys.counters.revisions
    report.late = journeys.counters.late
    report.moved = journeys.counters.eventsMoved
    report.erasures = journeys.counters.erasures
    report.journeys = journeys.journeyCount
    report.alerts = insights?.alertCount ?? 0
  }
}

extension JourneyMachine {
  /// What comes of the next record of the log; `nil` if it is none.
  mutating func emissions(
    _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?,
    _ output: inout OutgoingRecords
  ) -> [AttributedConversion]? {
    do throws(ByteReader.Malformed) {
      return try step(key: key, value: value, offset: nextOffset, output: &output)
    } catch {
      return nil
    }
  }
}
