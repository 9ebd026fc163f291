/// Says which events are conversions of one kind, and how their paths and credits are found.
package struct ConversionRule: Sendable {
  /// A macro conversion is what the business lives from; a micro conversion leads there.
  package enum Kind: String, CaseIterable, Sendable {
    case macro, micro
  }

  /// Where the value of a conversion comes from.
  package enum Value: Hashable, Sendable {
    /// Conversions of this rule have no value; only credits are computed.
    case none
    /// The same for every conversion.
    case fixed(Amount)
    case field(FieldIndex)
  }

  /// Where the currency comes from.
  package enum CurrencySource: Hashable, Sendable {
    case none
    case fixed(String)
    case field(FieldIndex)
  }

  package var name: String
  package var kind: Kind
  package var when: EventRule
  package var value: Value
  package var currency: CurrencySource
  /// The field whose value makes several reports one conversion: an order id, for example.
  package var deduplicateBy: FieldIndex?
  /// Without a key: repeats of this rule by one person no further apart than this are one.
  package var deduplicateWithin: TimeSpan?
  /// Sources, the best first: of several reports of one conversion the fields of the best count.
  package var prefer: [String] = []
  /// The field that names a report's source; otherwise its input does.
  package var reportedBy: FieldIndex?
  /// The earlier conversion whose path is credited as well.
  package var credits: CreditedConversion?
  package var path: PathRules
  /// Other paths that are found and credited beside it.
  package var windows: [PathWindow]
  package var models: [any AttributionModel] { didSet { findMilestones() } }
  /// Names of the rules whose conversions on the way some model asks for.
  package private(set) var milestones: [String] = []

  package init(
    name: String, kind: Kind = .macro, when: EventRule, value: Value = .none,
    currency: CurrencySource = .none, deduplicateBy: FieldIndex? = nil,
    deduplicateWithin: TimeSpan? = nil, path: PathRules = PathRules(),
    windows: [PathWindow] = [], models: [any AttributionModel]
  ) {
    self.name = name
    self.kind = kind
    self.when = when
    self.value = value
    self.currency = currency
    self.deduplicateBy = deduplicateBy
    self.deduplicateWithin = deduplicateWithin
    self.path = path
    self.windows = windows
    self.models = models
    findMilestones()
  }

  /// How far any of its paths looks back.
  package var longestLookback: TimeSpan {
    windows.reduce(path.lookback.longest) { max($0, $1.path.lookback.longest) }
  }

  private mutating func findMilestones() {
    milestones = []
    for name in models.flatMap(\.milestones) where !milestones.contains(name) {
      milestones.append(name)
    }
  }
}

/// Which earlier conversion of the person gets credit for a later one.
package struct CreditedConversion: Hashable, Sendable {
  /// The name of its rule.
  package var rule: String
  /// The first there was, which may be the later one itself; otherwise the last before it.
  package var isFirst: Bool
  /// How long before.
  package var within: TimeSpan

  package init(rule: String, isFirst: Bool, within: TimeSpan) {
    self.rule = rule
    self.isFirst = isFirst
    self.within = within
  }
}
