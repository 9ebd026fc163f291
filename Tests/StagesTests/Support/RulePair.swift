import Attribution
import Simulation

/// The same rules twice: for the product and for the reference implementation.
struct RulePair {
  var rules: RuleSet
  var audit: AuditSettings

  /// Ten minutes: what histories are made of, so that every limit is hit exactly now and then.
  static let unit = TimeSpan.minutes(10)

  static func units(_ count: Int64) -> TimeSpan {
    TimeSpan(milliseconds: unit.milliseconds * count)
  }

  /// The rules of a shop, with everything that may vary drawn from `generator`.
  static func random(
    lateAccept: TimeSpan, shortestLookback: Int64, _ generator: inout SeededGenerator
  ) throws -> RulePair {
    var fields = FieldTable()
    var pair = RulePair(
      rules: RuleSet(
        fields: fields, touchpoints: [], conversions: [], channels: DefaultChannels.ga4),
      audit: AuditSettings())
    pair.audit.touchpoints = []
    try pair.addTouchpoints(variant: generator.below(4))
    pair.rules.conversions = [
      try pair.conversion(
        "purchase", event: "Order Completed", shortestLookback, &fields, &generator),
      try pair.conversion("signup", event: "Signed Up", shortestLookback, &fields, &generator),
    ]
    pair.rules.fields = fields
    pair.rules.time.lateAccept = lateAccept
    return pair
  }

  private mutating func addTouchpoints(variant: Int) throws {
    let isPage = field(.type, "page", "screen")
    let hasCampaign = EventCondition.any(
      [EventField.source, .medium, .campaign, .term, .content, .clickIDName].map {
        .field(FieldIndex($0), [.exists(true)])
      })
    switch variant {
    case 0:
      try add("visit", .visit, .all([isPage, .any([hasCampaign, .startsSession(true)])])) {
        $0.isPage && ($0.hasCampaign || $1)
      }
    case 1:
      // A start that is taken over stays a touchpoint, of another rule.
      try add("landing", .visit, .all([isPage, .startsSession(true)])) { $0.isPage && $1 }
      try add("pageview", .visit, .all([isPage, hasCampaign])) { event, _ in
        event.isPage && event.hasCampaign
      }
    case 2:
      // A start that is taken over becomes a touchpoint.
      try add("return", .click, .all([isPage, .startsSession(false)])) { $0.isPage && !$1 }
    default:
      try add("pageview", .visit, .all([isPage, hasCampaign])) { event, _ in
        event.isPage && event.hasCampaign
      }
    }
    try add("email_click", .click, field(.event, "Email Link Clicked")) { event, _ in
      event.name == "Email Link Clicked"
    }
    // Conversions that are touchpoints too.
    try add("campaign", .visit, .all([field(.event, "Signed Up", "Order Completed"), hasCampaign]))
    {
      event, _ in
      ["Signed Up", "Order Completed"].contains(event.name) && event.hasCampaign
    }
    try add("ad_view", .view, field(.event, "Ad Viewed")) { event, _ in event.name == "Ad Viewed" }
  }

  private mutating func add(
    _ name: String, _ interaction: Interaction, _ condition: EventCondition,
    _ matches: @escaping @Sendable (AuditEvent, Bool) -> Bool
  ) throws {
    rules.touchpoints.append(
      TouchpointRule(name: name, when: try EventRule(condition), interaction: interaction))
    audit.touchpoints.append(
      AuditTouchpointRule(name: name, interaction: interaction, matches: matches))
  }

  private func field(_ field: EventField, _ texts: String...) -> EventCondition {
    .field(FieldIndex(field), [.equals(texts.map { .text($0) })])
  }
}

// Conversions.
extension RulePair {
  private mutating func conversion(
    _ name: String, event: String, _ shortestLookback: Int64, _ fields: inout FieldTable,
    _ generator: inout SeededGenerator
  ) throws -> ConversionRule {
    let value = fields.index(ofPointer: "/properties/revenue")
    let currency = fields.index(ofPointer: "/properties/currency")
    let key = fields.index(ofPointer: "/properties/order_id")
    var rule = ConversionRule(
      name: name, when: try EventRule(field(.event, event)),
      models: [
        FirstTouchModel(), LastTouchModel(), LastNonDirectTouchModel(), LinearModel(),
        TimeDecayModel(halfLife: RulePair.units(6)), PositionBasedModel(),
      ])
    var audit = AuditConversionRule(name: name, event: event)
    audit.models = [
      .firstTouch, .lastTouch, .lastNonDirectTouch, .linear,
      .timeDecay(halfLife: RulePair.units(6)),
      .positionBased,
    ]
    if name == "purchase" {
      (rule.value, audit.value) = (.field(value), .pointer("/properties/revenue"))
      (rule.currency, audit.currency) = (.field(currency), .pointer("/properties/currency"))
    }
    if generator.chance(0.5) {
      (rule.deduplicateBy, audit.deduplicateBy) = (key, "/properties/order_id")
    }
    if generator.chance(0.5) {
      let within = RulePair.units([0, 1, 2, 6][generator.below(4)])
      (rule.deduplicateWithin, audit.deduplicateWithin) = (within, within)
    }
    drawPath(&rule.path, &audit.path, shortestLookback, &generator)
    self.audit.conversions.append(audit)
    return rule
  }

  private func drawPath(
    _ path: inout PathRules, _ audit: inout AuditPathRules, _ shortest: Int64,
    _ generator: inout SeededGenerator
  ) {
    let visit = RulePair.units(shortest + Int64(generator.below(9)))
    let click = RulePair.units(Int64(generator.below(13)))
    let view = RulePair.units(Int64(generator.below(5)))
    path.lookback = PathRules.Lookback(click: click, visit: visit, view: view)
    audit.lookback = [.click: click, .visit: visit, .view: view]
    switch generator.below(3) {
    case 0: (path.views, audit.views) = (.never, .never)
    case 1: (path.views, audit.views) = (.whenNoClick, .whenNoClick)
    default: (path.views, audit.views) = (.always, .always)
    }
    path.transforms = []
    audit.transforms = []
    for _ in 0..<generator.below(4) {
      let (transform, reference) = RulePair.transform(generator.below(6))
      path.transforms.append(transform)
      audit.transforms.append(reference)
    }
    if generator.chance(0.3) {
      path.dimension = .campaign
      audit.dimension = { $0.event.campaign["campaign"] ?? "" }
    }
    if generator.chance(0.2) {
      path.excludeChannels = [NormalizedText("display")]
      audit.excludeChannels = ["display"]
    }
    if generator.chance(0.2) {
      path.includeCampaigns = [NormalizedText("spring"), NormalizedText("")]
      audit.includeCampaigns = ["spring", ""]
    }
    if generator.chance(0.3) {
      path.maximumTouchpoints = 1 + generator.below(4)
      audit.maximumTouchpoints = path.maximumTouchpoints
    }
    path.resetsAfterConversion = generator.chance(0.4)
    audit.resetsAfterConversion = path.resetsAfterConversion
  }

  private static func transform(_ number: Int) -> (PathTransform, AuditPathRules.Transform) {
    switch number {
    case 0: (.unique, .unique)
    case 1: (.exposure, .exposure)
    case 2: (.first, .first)
    case 3: (.frequency, .frequency)
    case 4: (.removeTrailing(NormalizedText("Direct")), .removeTrailing("Direct"))
    default: (.remove(NormalizedText("Direct")), .remove("Direct"))
    }
  }
}

extension AuditEvent {
  fileprivate var isPage: Bool { type == "page" || type == "screen" }
}
