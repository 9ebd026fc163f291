import Attribution
import Formats
import Simulation
import Stages
import Testing

/// A shop that is told what happens line by line, and what it said in the end.
struct Shop {
  var rules: RuleSet
  var partitions = 4
  var insights: InsightsPlan?
  private var lines: [String] = []

  init(_ change: (inout RuleSet) throws -> Void = { _ in }) throws {
    var fields = FieldTable()
    let key = fields.index(ofPointer: "/order")
    var rule = ConversionRule(
      name: "purchase",
      when: try EventRule(.field(FieldIndex(.event), [.equals([.text("Order")])])),
      path: PathRules(lookback: .init(click: .days(7), visit: .days(7), view: .days(1))),
      models: [LastTouchModel()])
    rule.deduplicateBy = key
    rule.path.transforms = []
    rules = RuleSet(
      fields: fields,
      touchpoints: [
        TouchpointRule(
          name: "visit",
          when: try EventRule(.field(FieldIndex(.type), [.equals([.text("page")])])),
          interaction: .visit)
      ], conversions: [rule], channels: DefaultChannels.ga4)
    rules.identity.stitches = true
    rules.identity.blocked = BlockedIDs()
    try change(&rules)
  }

  /// Somebody does something at `minute`; `ids` and `more` are members of the event.
  mutating func tell(_ minute: Int64, _ what: String, _ ids: String, _ more: String = "") {
    let time = TangledHistory.text(start + .minutes(minute))
    let kind =
      ["page", "identify", "alias"].contains(what)
      ? "\"type\":\"\(what)\"" : "\"type\":\"track\",\"event\":\"\(what)\""
    let members = [
      "\"messageId\":\"m\(lines.count)\"", "\"timestamp\":\"\(time)\"", kind, ids, more,
    ]
    lines.append("{\(members.filter { !$0.isEmpty }.joined(separator: ","))}")
  }

  /// One line after the other, each with everything that comes of it.
  func run() throws -> SimulatedDaemon {
    var settings = SimulatedDaemon.Settings(rules: rules)
    settings.partitions = partitions
    settings.batch = 1...1
    settings.insights = insights
    settings.roundsPerCommit = 1
    let records = lines.map { TrafficRecord(value: Array($0.utf8), at: start + .days(300)) }
    var daemon = try SimulatedDaemon(settings, inputs: [records], seed: 1)
    try daemon.run()
    return daemon
  }
}

/// What a conversion record says, as far as tests of identity ask.
struct Said: Equatable, CustomStringConvertible {
  var id: String
  var revision: Int
  var person: String
  var reason: String
  var path: Int

  init(_ id: String, _ revision: Int, _ person: String, _ reason: String, path: Int) {
    (self.id, self.revision, self.person, self.reason, self.path) = (
      id, revision, person, reason, path
    )
  }

  init(_ record: MemoryRecord) throws {
    let json = try #require(AuditJSON(record.value ?? []))
    func text(_ name: String) -> String {
      switch json[name] {
      case .text(let text): text
      case .number(let number): number
      default: ""
      }
    }
    self.init(
      text("conversion_id"), Int(text("revision")) ?? 0, text("person_id"), text("reason"),
      path: Int(text("path_length")) ?? 0)
  }

  var description: String { "\(id) \(revision) \(person) \(reason) \(path)" }
}

extension SimulatedDaemon {
  /// What was said of every conversion in turn, one conversion after the other.
  func said() throws -> [Said] {
    let said = try log.committedConversions.filter { $0.value != nil }.map { try Said($0) }
    return said.enumerated().sorted { ($0.element.id, $0.offset) < ($1.element.id, $1.offset) }
      .map(\.element)
  }

  /// What all partitions have counted.
  var counters: JourneyCounters {
    machines.reduce(into: JourneyCounters()) { $0.add($1.counters) }
  }
}
