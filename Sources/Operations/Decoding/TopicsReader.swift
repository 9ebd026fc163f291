internal import Formats

/// Reads `inputs` and `outputs`, and keeps every topic to one use.
struct TopicsReader {
  private var uses: [String: String] = [:]
  private(set) var unavailable: [Configuration.UnavailableInput] = []

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
    section.finish()
    if outputs.alerts != defaults.alerts { PlannedReader.warn("outputs.alerts", document.context) }
    if outputs.reports != defaults.reports {
      PlannedReader.warn("outputs.reports", document.context)
    }
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
    let expectation = "at least one input, such as {topic: web-events, format: segment}"
    guard let value = document.required("inputs", expectation),
      let elements = value.filledList(expectation)
    else { return [] }
    let inputs = elements.compactMap { input($0) }
    if inputs.isEmpty, unavailable.count == elements.count {
      for input in unavailable { document.context.fail(input.problem) }
    }
    return inputs
  }

  private mutating func input(_ value: ValueReader) -> Configuration.Input? {
    guard var section = value.section("an input such as {topic: web-events, format: segment}")
    else { return nil }
    let topic: String? =
      if let name = section.required("topic", "the topic to read") {
        self.topic(name, for: "an input")
      } else { nil }
    let words = ["segment", "mapped", "snowplow", "cloudevents"].map { (word: $0, value: $0) }
    let format = section.required("format", "segment, snowplow, cloudevents or mapped")
    let word = format?.choice(among: words)
    var fields: MappedFields?
    if let value = section.optional("fields") {
      if word == "mapped" {
        fields = mapped(value)
      } else {
        value.fail("only a `mapped` input says where its fields are")
      }
    } else if word == "mapped" {
      section.fail("`fields` is missing: expected pointers such as {event: /name, person: /user}")
    }
    section.finish()
    guard let topic, let word else { return nil }
    switch word {
    case "segment": return .init(topic: topic, format: .segment)
    case "mapped": return fields.map { .init(topic: topic, format: .mapped($0)) }
    case "snowplow": return .init(topic: topic, format: .snowplow)
    default:
      if let format { refuse(topic, word, format) }
      return nil
    }
  }

  /// Keeps an input that is valid, but that this version cannot read.
  private mutating func refuse(_ topic: String, _ word: String, _ format: ValueReader) {
    let message = "`\(word)` is not available in this version"
    unavailable.append(
      .init(topic: topic, format: word, problem: format.problem(message)))
    format.context.warn("inputs: topic \(topic) is not read: \(message)")
  }

  private func mapped(_ value: ValueReader) -> MappedFields? {
    guard var section = value.section("pointers such as {event: /name, person: /user}") else {
      return nil
    }
    var pointers: [MappedFields.Field: String] = [:]
    for field in MappedFields.Field.allCases {
      pointers[field] = section.optional(field.rawValue)?.pointer()
    }
    section.finish()
    let keys = section.entries.map(\.key)
    if !keys.contains("event"), !keys.contains("type") {
      section.fail("`event` or `type` is missing: without it no rule can match")
    }
    if !keys.contains("person"), !keys.contains("anonymous") {
      section.fail("`person` or `anonymous` is missing: an event belongs to somebody")
    }
    return MappedFields(pointers)
  }
}
