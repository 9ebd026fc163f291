import Attribution
import Operations
import Testing

@Suite struct ConditionTests {
  /// A rule set whose only touchpoint is for `condition`, and an event to try it on.
  private func compiled(_ condition: String) throws -> RuleSet {
    try Configuration.parse(
      """
      inputs: [{topic: t, format: segment}]
      channels: {defaults: none}
      touchpoints: [{name: t, when: \(condition)}]
      conversions: [{name: c, when: {}}]
      """
    ).rules
  }

  /// Opens a page from a campaign, on a paid plan.
  private func event(_ rules: RuleSet) -> TrackingEvent {
    var event = TrackingEvent(fieldsOf: rules.fields)
    event.setText(.type, to: "page")
    event.setText(.event, to: " Order Completed ")
    event.setText(.path, to: "/checkout/done")
    event.setText(.host, to: "shop.example")
    event.setText(.source, to: "Google")
    event.setText(.campaign, to: "Spring_BRAND")
    event.setText(.referrer, to: "news.partner.example")
    event.setText(.country, to: "NO")
    for (number, pointer) in rules.fields.pointers.enumerated() {
      let field = FieldIndex(pointer: number)
      switch pointer {
      case "/properties/plan": event.set(field, "Pro")
      case "/properties/seats": event.setInteger(field, to: 12)
      case "/properties/price": event.setNumber(field, to: 19.5)
      case "/properties/trial": event.setBool(field, to: false)
      case "/properties/zip": event.set(field, "01067")
      case "/properties/note": event.setKind(field, to: .null)
      case "/properties/a~1b": event.set(field, "x")
      default: continue
      }
    }
    return event
  }

  @Test(arguments: [
    ("{}", true),
    ("{type: page}", true), ("{type: screen}", false), ("{type: [screen, page]}", true),
    ("{event: order completed}", true), ("{event: order}", false),
    ("{type: page, event: Order Completed}", true), ("{type: page, event: other}", false),
    ("{path: /checkout/done, host: SHOP.example}", true),
    ("{source: google}", true), ("{medium: cpc}", false),
    ("{campaign: {matches: brand}}", true), ("{campaign: {matches: ^brand}}", false),
    ("{campaign: {matches: '(?-i)brand'}}", false), ("{campaign: {matches: '(?-i)BRAND$'}}", true),
    ("{referrer: {glob: '*.partner.example'}}", true), ("{referrer: {glob: 'partner.*'}}", false),
    ("{country: NO}", true), ("{country: 'no'}", true),
    ("{/properties/plan: pro}", true), ("{/properties/plan: [free, pro]}", true),
    ("{/properties/seats: 12}", true), ("{/properties/seats: '12'}", false),
    ("{/properties/seats: {above: 10, below: 20}}", true),
    ("{/properties/seats: {above: 12}}", false), ("{/properties/price: {below: 19.6}}", true),
    ("{/properties/price: 19.5}", true), ("{/properties/trial: false}", true),
    ("{/properties/trial: true}", false), ("{/properties/zip: 01067}", true),
    ("{/properties/zip: 1067}", false), ("{/properties/a~1b: x}", true),
    ("{/properties/plan: {exists: true, matches: ^pro$}}", true),
    ("{/properties/none: {exists: false}}", true), ("{/properties/note: {exists: false}}", true),
    ("{has: campaign}", true), ("{has: medium}", false), ("{has: /properties/plan}", true),
    ("{has: /properties/note}", false), ("{has: country}", true),
    ("{all: [{type: page}, {source: google}]}", true),
    ("{all: [{type: page}, {source: bing}]}", false),
    ("{any: [{type: screen}, {source: google}]}", true), ("{any: [{type: screen}]}", false),
    ("{not: {type: screen}}", true), ("{not: {type: page, source: google}}", false),
    ("{not: {any: [{type: page}]}}", false),
    ("{starts_session: true}", false), ("{starts_session: false}", true),
  ])
  func `conditions hold as they are written`(condition: String, expected: Bool) throws {
    let rules = try compiled(condition)
    #expect(rules.touchpoints[0].when.matches(event(rules)) == expected)
  }

  @Test func `a session starts where the journey says so`() throws {
    let rules = try compiled("{starts_session: true}")
    #expect(rules.touchpoints[0].when.matches(event(rules), startsSession: true))
  }

  @Test(arguments: [EventField.source, .medium, .campaign, .term, .content, .clickIDName])
  func `any campaign data is campaign data`(field: EventField) throws {
    let rules = try compiled("{has: campaign}")
    var event = TrackingEvent(fieldsOf: rules.fields)
    #expect(!rules.touchpoints[0].when.matches(event))
    event.set(FieldIndex(field), "x")
    #expect(rules.touchpoints[0].when.matches(event))
  }

  @Test func `channel rules see the traffic source`() throws {
    let rules = try Configuration.parse(
      """
      inputs: [{topic: t, format: segment}]
      channels:
        defaults: none
        rules:
          - {channel: Brand, when: {medium: [cpc], source: google, campaign: {matches: brand}}}
          - {channel: Tagged, when: {has: source}}
      conversions: [{name: c, when: {}}]
      """
    ).rules
    var event = TrackingEvent(fieldsOf: rules.fields)
    event.setText(.trafficSource, to: "google")
    event.setText(.trafficMedium, to: "cpc")
    event.setText(.campaign, to: "brand")
    #expect(rules.channels.map { $0.when.matches(event) } == [true, false])
    event.setText(.source, to: "google")
    #expect(rules.channels[1].when.matches(event))
  }

  @Test func `the default touchpoint is a view with a campaign or at a session's start`() throws {
    let rules = try Configuration.parse(Samples.minimal).rules
    var event = TrackingEvent(fieldsOf: rules.fields)
    event.setText(.type, to: "screen")
    #expect(!rules.touchpoints[0].when.matches(event))
    #expect(rules.touchpoints[0].when.matches(event, startsSession: true))
    event.setText(.clickIDName, to: "gclid")
    #expect(rules.touchpoints[0].when.matches(event))
  }
}

extension TrackingEvent {
  fileprivate mutating func set(_ field: FieldIndex, _ text: String) {
    var text = text
    text.withUTF8 { setText(field, to: UnsafeRawBufferPointer($0)) }
  }
}
