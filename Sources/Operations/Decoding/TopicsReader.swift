internal import Formats

/// Reads `inputs` and `outputs`, and keeps every topic to one use.
struct TopicsReader {
  private var uses: [String: String] = [:]
  /// Names of the sources behind inputs, where they are not the topics' own.
  private(set) var sources: [String: String] = [:]
  /// Every source, in the order of the inputs.
  private(set) var sourceNames: [String] = []

  /// Some input may hold what was spent, which is about nobody.
  private var hasSpend = false

  /// What is left of Kafka's limit of 249 for suffixes such as `.journeys-changelog`.
  static let maximumPrefix = 200

  /// Whether Kafka takes `name` as the name of a topic.
  static func isTopic(_ name: String, upTo length: Int = 249) -> Bool {
    (1...length).contains(name.utf8.count) && name != "." && name != ".."
      && name.utf8.allSatisfy { byte in
        (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte)
          || "._-".utf8.contains(byte)
      }
  }

  /// Takes `topic` for `use`; a topic that is taken already is a problem with `value`.
  private mutating func take(_ topic: String, for use: String, _ value: ValueReader) -> Bool {
    if let other = uses[topic] {
      value.fail("topic \(ValueReader.quoted(topic)) is already \(other)")
      return false
    }
    uses[topic] = use
    return true
  }

  /// Keeps `topics` for Afterclick itself.
  mutating func reserve(_ topics: [String]) {
    for topic in topics { uses[topic] = "an internal topic of this application" }
  }

  private mutating func topic(_ value: ValueReader, for use: String) -> String? {
    guard let name = value.scalar, TopicsReader.isTopic(name) else {
      value.expected("a topic's name: letters, digits, `.`, `_`, `-`")
      return nil
    }
    return take(name, for: use, value) ? name : nil
  }

  mutating func outputs(in document: inout SectionReader) -> Configuration.Outputs {
    var outputs = Configuration.Outputs()
    let defaults = outputs
    var section = document.section("outputs")
    outputs.conversions = output("conversions", defaults.conversions, &section)
    outputs.alerts = output("alerts", defaults.alerts, &section)
    outputs.reports = output("reports", defaults.reports, &section)
    outputs.deadLetters = output("dead_letters", defaults.deadLetters, &section)
    outputs.audits = output("erasures", defaults.audits, &section)
    section.finish()
    return outputs
  }

  private mutating func output(
    _ key: String, _ fallback: String, _ section: inout SectionReader
  ) -> String {
    if let value = section.optional(key) {
      return topic(value, for: "the output `\(key)`") ?? fallback
    }
    section.fillIn(key, .scalar(fallback, isPlain: true))
    if uses[fallback] == nil { uses[fallback] = "the output `\(key)`" }
    return fallback
  }

  mutating func inputs(in document: inout SectionReader) -> [Configuration.Input] {
    hasSpend = document.entries.contains { $0.key == "spend" }
    let expectation = "at least one input, such as {topic: web-events, format: segment}"
    guard let value = document.required("inputs", expectation),
      let elements = value.filledList(expectation)
    else { return [] }
    return elements.compactMap { input($0) }
  }

  private mutating func input(_ value: ValueReader) -> Configuration.Input? {
    guard var section = value.section("an input such as {topic: web-events, format: segment}")
    else { return nil }
    let topic: String? =
      if let name = section.required("topic", "the topic to read") {
        self.topic(name, for: "an input")
      } else { nil }
    let format = self.format(in: &section, among: Format.allCases)
    let source = section.optional("source")?.text("a name for where the events come from")
    if let topic {
      sources[topic] = source
      sourceNames.append(source ?? topic)
    }
    section.finish()
    guard let topic, let format else { return nil }
    return .init(topic: topic, format: format)
  }

  private enum Format: String, CaseIterable {
    case segment, snowplow, cloudevents, mapped
  }

  /// The format under `format`, with what it has to be told under `fields` or `data`.
  private func format(
    in section: inout SectionReader, among formats: [Format]
  ) -> InputFormat? {
    let names = formats.map(\.rawValue)
    let expectation = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    let format = section.required("format", expectation)?.choice(
      among: formats.map { (word: $0.rawValue, value: $0) })
    let isWrapped = !formats.contains(.cloudevents)
    var fields: MappedFields?
    if let value = section.optional("fields") {
      if format == .mapped {
        fields = mapped(value, isWrapped: isWrapped)
      } else {
        value.fail("only a `mapped` input says where its fields are")
      }
    } else if format == .mapped {
      section.fail("`fields` is missing: expected pointers such as {event: /name, person: /user}")
    }
    var data: InputFormat? = .mapped(MappedFields([:]))
    if !isWrapped, let value = section.optional("data") {
      if format == .cloudevents {
        data = self.data(value)
      } else {
        value.fail("only `cloudevents` have data in another format")
      }
    }
    switch format {
    case .segment: return .segment
    case .snowplow: return .snowplow
    case .mapped: return fields.map(InputFormat.mapped)
    case .cloudevents: return data.map(InputFormat.cloudEvents)
    case nil: return nil
    }
  }

  /// What CloudEvents wrap: `segment`, or `{format: mapped, fields: …}`.
  private func data(_ value: ValueReader) -> InputFormat? {
    let formats = Format.allCases.filter { $0 != .cloudevents }
    guard value.isSection, var section = value.section() else {
      let words = formats.filter { $0 != .mapped }.map { (word: $0.rawValue, value: $0) }
      switch value.choice(among: words) {
      case .segment: return .segment
      case .snowplow: return .snowplow
      case .mapped, .cloudevents, nil: return nil
      }
    }
    let format = format(in: &section, among: formats)
    section.finish()
    return format
  }

  /// Fields of data that is wrapped may be missing: the envelope names event and person too.
  private func mapped(_ value: ValueReader, isWrapped: Bool) -> MappedFields? {
    guard var section = value.section("pointers such as {event: /name, person: /user}") else {
      return nil
    }
    var pointers: [MappedFields.Field: String] = [:]
    for field in MappedFields.Field.allCases {
      pointers[field] = section.optional(field.rawValue)?.pointer()
    }
    section.finish()
    if isWrapped { return MappedFields(pointers) }
    let keys = section.entries.map(\.key)
    let isAboutPeople = keys.contains("person") || keys.contains("anonymous")
    if hasSpend, !isAboutPeople { return MappedFields(pointers, isAboutPeople: false) }
    if !keys.contains("event"), !keys.contains("type") {
      section.fail("`event` or `type` is missing: without it no rule can match")
    }
    if !isAboutPeople {
      section.fail("`person` or `anonymous` is missing: an event belongs to somebody")
    }
    return MappedFields(pointers)
  }
}
