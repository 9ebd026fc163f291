import Attribution
import Insights
import Operations
import Stages
import Testing

@Suite struct ConversionConfigurationTests {
  /// The one conversion rule with `keys` added.
  private func rule(_ keys: String) throws -> ConversionRule {
    try Configuration.parse(
      """
      inputs: [{topic: t, format: segment}]
      conversions: [{name: n, when: {}, \(keys)}]
      """
    ).rules.conversions[0]
  }

  @Test func `one lookback holds for every interaction`() throws {
    let lookback = try rule("lookback: 7d").path.lookback
    #expect(lookback == PathRules.Lookback(click: .days(7), visit: .days(7), view: .days(7)))
  }

  @Test func `interactions without a lookback keep the default`() throws {
    let lookback = try rule("lookback: {click: 90d, view: 0s}").path.lookback
    #expect(lookback == PathRules.Lookback(click: .days(90), visit: .days(30), view: .zero))
  }

  @Test(
    arguments: [
      ("unique", .unique), ("exposure", .exposure), ("first", .first), ("frequency", .frequency),
      ("remove(Direct)", .remove(NormalizedText("direct"))),
      ("{remove: Paid Search}", .remove(NormalizedText("paid search"))),
      ("'remove_trailing(Direct)'", .removeTrailing(NormalizedText("direct"))),
      ("{remove_trailing: Direct}", .removeTrailing(NormalizedText("direct"))),
    ] as [(String, PathTransform)])
  func `transforms have these spellings`(spelling: String, transform: PathTransform) throws {
    #expect(try rule("path: {transforms: [\(spelling)]}").path.transforms == [transform])
  }

  @Test func `an empty list of transforms changes nothing`() throws {
    #expect(try rule("path: {transforms: []}").path.transforms == [])
  }

  @Test(arguments: [
    "views: always, path: {max_touchpoints: 9, reset_after_conversion: true}",
    "path: {views: always}, max_touchpoints: 9, reset_after_conversion: true",
  ])
  func `path settings may stand in the rule or in its path`(keys: String) throws {
    let path = try rule(keys).path
    #expect(path.views == .always)
    #expect(path.maximumTouchpoints == 9)
    #expect(path.resetsAfterConversion)
  }

  @Test func `a path can compare a dimension of one's own`() throws {
    let configuration = try Configuration.parse(
      """
      inputs: [{topic: t, format: segment}]
      dimensions: {plan: /context/plan, variant: /properties/variant}
      conversions: [{name: c, when: {event: e}, path: {dimension: plan}}]
      """)
    #expect(configuration.rules.dimensions.map(\.name) == ["plan", "variant"])
    #expect(configuration.rules.conversions[0].path.dimension == .mapped("plan"))
    let again = try Configuration.parse(configuration.effectiveYAML())
    #expect(again.rules.dimensions == configuration.rules.dimensions)
    for (wrong, message) in [
      ("dimensions: {Plan: /a}", "no name"), ("dimensions: {channel: /a}", "already"),
      ("dimensions: {plan: a}", "JSON pointer"), ("dimensions: [plan]", "names of dimensions"),
    ] {
      let error = #expect(throws: ConfigurationError.self) {
        try Configuration.parse(
          "\(wrong)\ninputs: [{topic: t, format: segment}]\nconversions: [{name: c, when: {event: e}}]"
        )
      }
      #expect(error?.problems.contains { $0.message.contains(message) } == true, "\(wrong)")
    }
  }

  @Test func `path lists and dimension`() throws {
    let path = try rule(
      "path: {dimension: source_medium, include_channels: [Email], exclude_campaigns: [' A ']}"
    ).path
    #expect(path.dimension == .sourceMedium)
    #expect(path.includeChannels == [NormalizedText("email")])
    #expect(path.excludeCampaigns == [NormalizedText("a")])
  }

  @Test func `windows differ in what they say themselves`() throws {
    let rule = try rule(
      """
      lookback: {click: 9d}, views: never, path: {dimension: campaign, transforms: [first]},
      windows: [{name: week, lookback: 7d}, {name: day, lookback: {click: 1d}, views: always},
      {name: by_source, path: {dimension: source}, max_touchpoints: 5}]
      """)
    let windows = rule.windows
    #expect(windows.map(\.name) == ["week", "day", "by_source"])
    #expect(
      windows.map(\.path.lookback) == [
        .init(click: .days(7), visit: .days(7), view: .days(7)),
        .init(click: .days(1), visit: .days(30), view: .days(1)),
        .init(click: .days(9), visit: .days(30), view: .days(1)),
      ])
    #expect(windows.map(\.path.views) == [.never, .always, .never])
    #expect(windows.map(\.path.dimension) == [.campaign, .campaign, .source])
    #expect(windows.allSatisfy { $0.path.transforms == [.first] })
    #expect(windows.map(\.path.maximumTouchpoints) == [200, 200, 5])
    #expect(rule.longestLookback == .days(30))
  }

  @Test func `values are exact decimals or pointers`() throws {
    #expect(try rule("value: 35.50").value == .fixed(Amount(units: 3_550, scale: 2)))
    #expect(try rule("value: 0.1").value == .fixed(Amount(units: 1, scale: 1)))
    #expect(try rule("currency: EUR").currency == .fixed("EUR"))
    var table = FieldTable()
    let field = table.index(ofPointer: "/a")
    #expect(try rule("value: /a, currency: /b").value == .field(field))
    #expect(try rule("deduplicate_by: /a").deduplicateBy == field)
    #expect(try rule("deduplicate_within: 30s").deduplicateWithin == .seconds(30))
  }

  @Test func `models carry their parameters`() throws {
    let models = try rule(
      "models: [{time_decay: {half_life: 12h}}, {position_based: {first: 0.2, last: 0.6}}, linear]"
    ).models
    #expect(models.map(\.name) == ["time_decay", "position_based", "linear"])
    #expect(models[0].parameters == [ModelParameter("half_life", .span(.hours(12)))])
    #expect(
      models[1].parameters == [
        ModelParameter("first", .millionths(200_000)), ModelParameter("last", .millionths(600_000)),
      ])
  }

  @Test func `conversions refer to sources and to one another`() throws {
    let rules = try Configuration.parse(
      """
      inputs: [{topic: web, format: segment}, {topic: crm-orders, format: segment, source: crm}]
      conversions:
        - {name: purchase, when: {}, deduplicate_by: /k, prefer: [crm, web], credits: first_purchase}
        - {name: lead, when: {}, deduplicate_by: /k, prefer: [fax], reported_by: /source}
        - {name: won, when: {}, credits: {conversion: lead, within: 200d}}
        - {name: paid, when: {}, credits: lead}
      adjustments:
        - {when: {event: Refunded}, conversion: purchase, key: /k, subtract: /amount}
        - {when: {event: Valued}, conversion: purchase, key: /k, set: /amount}
        - {when: {event: Cancelled}, conversion: purchase, key: /k}
      late: {adjust: 45d}
      """
    ).rules
    #expect(rules.sources == ["crm-orders": "crm"])
    #expect(rules.conversions.map(\.prefer) == [["crm", "web"], ["fax"], [], []])
    #expect(rules.conversions[1].reportedBy != nil)
    #expect(
      rules.conversions.map(\.credits) == [
        CreditedConversion(rule: "purchase", isFirst: true, within: .days(365)), nil,
        CreditedConversion(rule: "lead", isFirst: false, within: .days(200)),
        CreditedConversion(rule: "lead", isFirst: false, within: .days(90)),
      ])
    let amount = rules.adjustments[0].change
    guard case .subtract(let field) = amount else {
      Issue.record("the first adjustment is \(amount)")
      return
    }
    #expect(rules.adjustments.map(\.change) == [.subtract(field), .set(field), .cancel])
    #expect(rules.time.adjustWithin == .days(45))
    #expect(rules.conversionHold == .days(365 + 45))
  }

  @Test func `every model can be asked for`() throws {
    let rules = try Configuration.parse(
      """
      inputs: [{topic: t, format: segment}]
      conversions:
        - name: purchase
          when: {}
          models:
            - j_shaped
            - inverse_j_shaped
            - w_shaped
            - participation
            - data_driven
            - custom: {by: position, weights: {first: 2, -2: 0.5}, other: 0}
            - custom: {name: by_channel, by: channel, weights: {Paid Search: 2}}
            - funnel: {steps: {signup: 1, purchase: 2.5}}
        - {name: signup, when: {}, kind: micro}
        - {name: sale, when: {}, models: [{w_shaped: {lead: purchase, first: 0.4, lead_share: 0.1}}]}
      """
    ).rules
    let models = rules.conversions[0].models
    #expect(
      models.map(\.name) == [
        "j_shaped", "inverse_j_shaped", "w_shaped", "participation", "data_driven", "custom",
        "by_channel", "funnel",
      ])
    #expect(rules.conversions[0].milestones == ["signup", "purchase"])
    #expect(
      models[5].parameters == [
        ModelParameter("by", .text("position")),
        ModelParameter(
          "weights", .weights([NamedWeight("first", 2_000_000), NamedWeight("-2", 500_000)])),
        ModelParameter("other", .millionths(0)),
      ])
    #expect(
      rules.conversions[2].models[0].parameters == [
        ModelParameter("lead", .names(["purchase"])), ModelParameter("first", .millionths(400_000)),
        ModelParameter("lead_share", .millionths(100_000)),
        ModelParameter("last", .millionths(300_000)),
      ])
  }

  @Test func `a model that cannot do all of its work says so`() throws {
    let warnings = try Configuration.parse(
      """
      inputs: [{topic: t, format: segment}]
      conversions: [{name: n, when: {}, models: [w_shaped, data_driven]}]
      """
    ).warnings
    #expect(warnings.count == 1)
    #expect(warnings[0].hasPrefix("models: w_shaped without `lead` needs another"))
  }

  @Test func `what learns has a report, though nobody reads it`() throws {
    let configuration = try Configuration.parse(
      """
      inputs: [{topic: t, format: segment}]
      conversions:
        - name: n
          when: {}
          models: [linear, data_driven: {method: shapley, learn_every: 6h, fewest_paths: 40}]
        - {name: o, when: {}, models: [{data_driven: {order: 3}}]}
        - {name: p, when: {}, models: [linear]}
      """)
    let shapes = try #require(configuration.insights).reports
    #expect(shapes.map(\.conversion) == ["n", "o"])
    #expect(shapes.allSatisfy { $0.dimensions.isEmpty && $0.values == ["channel"] })
    var learner = CreditLearner(.shapley)
    learner.interval = .hours(6)
    (learner.fewestConversions, learner.fewestOthers) = (40, 40)
    #expect(shapes[0].learner == learner)
    #expect(shapes[1].learner == CreditLearner(.markov(order: 3)))
  }

  @Test(arguments: [
    ("{dimension: channel}", "`value` is missing"),
    ("{dimension: chanel, value: /a, cost: /b, key: /c}", "is none of `reports.dimensions`"),
    ("{dimension: channel, value: a, cost: /b, key: /c}", "value"),
    ("{dimension: channel, value: /a, cost: /b, key: []}", "key"),
    ("{dimension: channel, value: /a, cost: /b, key: /c, currency: Euro}", "such as EUR"),
  ])
  func `spend that cannot be is refused`(rule: String, problem: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.parse(
        """
        inputs: [{topic: t, format: segment}]
        conversions: [{name: n, when: {}}]
        reports: {dimensions: [channel]}
        spend: [{when: {}, \(rule.dropFirst())]
        """)
    }
    #expect(error?.description.contains(problem) ?? false, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    ("{order: 5}", "order: expected a whole number from 1 to 4"),
    ("{method: shapley, order: 2}", "only `markov` has an order"),
    ("{method: guess}", "expected markov or shapley"),
    ("{fewest_paths: none}", "expected a whole number above 0"),
    ("{learn_every: 10s}", "learn_every"),
  ])
  func `a learner that cannot be is refused`(parameters: String, problem: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.parse(
        """
        inputs: [{topic: t, format: segment}]
        conversions: [{name: n, when: {}, models: [{data_driven: \(parameters)}]}]
        """)
    }
    #expect(error?.description.contains(problem) ?? false, "\(error?.description ?? "")")
  }

  @Test func `anchors and aliases repeat a value`() throws {
    let rules = try Configuration.parse(
      """
      inputs: [{topic: t, format: segment}]
      conversions:
        - {name: a, when: &orders {event: Order Completed}, models: &models [linear]}
        - {name: b, when: *orders, models: *models}
      """
    ).rules
    #expect(rules.conversions.map { $0.models.map(\.name) } == [["linear"], ["linear"]])
  }
}
