internal import Attribution
internal import Formats
internal import Foundation

/// Reads the whole document, section by section, in the order in which it is documented.
enum ConfigurationReader {
  /// The configuration; `nil` if `context` has gathered problems.
  static func configuration(
    _ tree: ConfigurationTree, _ context: DecodingContext
  ) -> Configuration? {
    guard case .section(let entries) = tree.value else { return nil }
    var document = SectionReader(entries: entries, origin: tree.origin, path: [], context: context)
    let applicationID = document.value("application_id", default: "afterclick") { value in
      if let text = value.scalar, TopicsReader.isTopic(text, upTo: TopicsReader.maximumPrefix) {
        return text
      }
      value.expected("letters, digits, `.`, `_`, `-`, at most \(TopicsReader.maximumPrefix)")
      return nil
    }
    let kafka = KafkaReader.properties(in: &document)
    var topics = TopicsReader()
    topics.reserve(
      [".journeys", ".journeys-changelog", ".insights", ".insights-changelog", ".models"].map {
        applicationID + $0
      })
    let inputs = topics.inputs(in: &document)
    let outputs = topics.outputs(in: &document)
    let processing = processing(in: &document)
    let commit = commit(in: &document)
    var journeyLimits = JourneyLimits()
    var inputLimits = InputLimits()
    let retention = limits(in: &document, &journeyLimits, &inputLimits)
    let time = time(in: &document, retention)
    let channels = TouchpointsReader.channels(in: &document)
    let touchpoints = TouchpointsReader.rules(in: &document)
    let dimensions = DimensionsReader.dimensions(in: &document)
    context.mappedDimensions = dimensions.map(\.name)
    let ignored = IgnoredReferrers.read(in: &document)
    let screening = ScreeningReader.rules(in: &document)
    let outlines = ConversionOutline.all(in: document)
    let conversions = ConversionsReader(
      retention: retention, conversions: outlines, touchpoints: touchpoints.map(\.name),
      sources: topics.sourceNames
    ).rules(in: &document)
    let adjustments = AdjustmentsReader.rules(in: &document, conversions: outlines)
    let identity = IdentitySection.identity(in: &document)
    let consent = IdentitySection.consent(in: &document)
    var relay: RelaySettings?
    let insights = InsightsReader.plan(
      in: &document, conversions: conversions, dimensions: dimensions, relay: &relay)
    let http = HTTPReader.settings(in: &document)
    document.finish()
    guard context.problems.isEmpty else { return nil }
    var rules = RuleSet(
      fields: context.fields, touchpoints: touchpoints, conversions: conversions,
      channels: channels, ignoredReferrers: ignored, screening: screening, time: time,
      limits: journeyLimits)
    rules.adjustments = adjustments
    rules.dimensions = dimensions
    rules.sources = topics.sources
    rules.identity = identity
    rules.consent = consent
    return Configuration(
      applicationID: applicationID, kafka: kafka, inputs: inputs,
      outputs: outputs, processing: processing, commit: commit, http: http,
      inputLimits: inputLimits,
      retention: retention, rules: rules, insights: insights, relay: relay,
      warnings: context.warnings,
      effective: EffectiveTree.tree(tree, context.defaults, keys: document.known))
  }

  private static func processing(in document: inout SectionReader) -> Configuration.Processing {
    var section = document.section("processing")
    var result = Configuration.Processing(instanceID: "")
    result.guarantee = section.value(
      "guarantee", default: result.guarantee, shownAs: result.guarantee.rawValue
    ) { $0.choice() }
    result.checkpointInterval = duration(
      "checkpoint_interval", &section, default: .seconds(30), atLeast: .seconds(1))
    result.workers = section.value("workers", default: result.workers) { $0.integer(in: 1...1_024) }
    result.journeysPartitions = section.value(
      "journeys_partitions", default: result.journeysPartitions
    ) { $0.integer(in: 1...4_096) }
    result.instanceID = instanceID(in: &section)
    var state = section.section("state")
    result.state.store = state.value(
      "store", default: result.state.store, shownAs: result.state.store.rawValue
    ) { $0.choice() }
    result.state.directory = state.optional("directory")?.text("the path of a directory")
    if result.state.store == .rocksdb, !state.entries.contains(where: { $0.key == "directory" }) {
      state.fail("`directory` is missing: expected where the rocksdb store lives")
    }
    state.finish()
    section.finish()
    return result
  }

  private static func instanceID(in processing: inout SectionReader) -> String {
    guard let value = processing.optional("instance_id") else {
      let name = ProcessInfo.processInfo.hostName
      return name.isEmpty ? "instance" : name
    }
    return value.text("a name for this instance") ?? ""
  }

  private static func commit(in document: inout SectionReader) -> Configuration.Commit {
    var section = document.section("commit")
    var result = Configuration.Commit()
    result.minInterval = duration(
      "min_interval", &section, default: TimeSpan(milliseconds: 5), atLeast: .zero)
    result.backlogInterval = duration(
      "backlog_interval", &section, default: TimeSpan(milliseconds: 100), atLeast: .zero)
    result.maxPending = section.value("max_pending", default: result.maxPending) {
      $0.integer(in: 1...100_000)
    }
    section.finish()
    return result
  }

  private static func limits(
    in document: inout SectionReader, _ journey: inout JourneyLimits,
    _ input: inout InputLimits
  ) -> TimeSpan? {
    var section = document.section("limits")
    journey.touchpointsPerJourney = section.value(
      "touchpoints_per_journey", default: journey.touchpointsPerJourney
    ) { $0.integer(in: 2...100_000) }
    journey.conversionsPerJourney = section.value(
      "conversions_per_journey", default: journey.conversionsPerJourney
    ) { $0.integer(in: 1...100_000) }
    journey.correctionsPerJourney = section.value(
      "corrections_per_journey", default: journey.correctionsPerJourney
    ) { $0.integer(in: 1...100_000) }
    journey.sessionsPerJourney = section.value(
      "sessions_per_journey", default: journey.sessionsPerJourney
    ) { $0.integer(in: 1...100_000) }
    journey.dimensionBytes = section.value("dimension_bytes", default: journey.dimensionBytes) {
      $0.byteCount(in: 16...65_536)
    }
    input.recordBytes = section.value(
      "record_bytes", default: input.recordBytes, shownAs: "512KiB"
    ) { $0.byteCount(in: 1_024...64 * 1_024 * 1_024) }
    input.fieldBytes = section.value("field_bytes", default: input.fieldBytes, shownAs: "16KiB") {
      $0.byteCount(in: 64...1_024 * 1_024)
    }
    let retention = section.optional("retention")?.duration(atLeast: .seconds(1))
    section.finish()
    return retention
  }

  private static func time(
    in document: inout SectionReader, _ retention: TimeSpan?
  ) -> TimeRules {
    var result = TimeRules()
    var section = document.section("time")
    result.maximumFutureSkew = section.value(
      "max_future_skew", default: result.maximumFutureSkew
    ) { $0.duration() }
    result.sessionTimeout = section.value("session_timeout", default: result.sessionTimeout) {
      $0.duration(atLeast: .seconds(1))
    }
    section.finish()
    var late = document.section("late")
    result.lateAccept = late.value("accept", default: result.lateAccept) { $0.duration() }
    result.adjustWithin = min(result.adjustWithin, retention ?? result.adjustWithin)
    result.adjustWithin = late.value("adjust", default: result.adjustWithin) {
      PathReader(retention: retention).span($0)
    }
    late.finish()
    return result
  }

  private static func duration(
    _ key: String, _ section: inout SectionReader, default fallback: TimeSpan,
    atLeast minimum: TimeSpan
  ) -> Duration {
    let span = section.value(key, default: fallback) { $0.duration(atLeast: minimum) }
    return .milliseconds(span.milliseconds)
  }
}
