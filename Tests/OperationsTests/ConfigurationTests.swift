import Attribution
import Formats
import Insights
import Operations
import Stages
import Testing

@Suite struct ConfigurationTests {
  @Test func `the design's sample says what it says`() throws {
    let configuration = try Configuration.parse(Samples.design)
    #expect(configuration.applicationID == "afterclick")
    #expect(configuration.journeysTopic == "afterclick.journeys")
    #expect(configuration.changelogTopic == "afterclick.journeys-changelog")
    #expect(
      configuration.kafka.properties.map(\.name) == ["bootstrap.servers", "security.protocol"])
    #expect(
      configuration.inputs.map(\.topic) == ["web-events", "snowplow-enriched-good", "crm-stages"])
    #expect(configuration.inputs[0].format == .segment)
    #expect(configuration.inputs[1].format == .snowplow)
    let fields = MappedFields(
      [.event: "/stage", .person: "/contact/email", .time: "/changed_at", .id: "/change_id"])
    #expect(configuration.inputs[2].format == .mapped(fields))
    #expect(configuration.outputs == Configuration.Outputs())
    #expect(configuration.processing.guarantee == .exactlyOnce)
    #expect(configuration.processing.checkpointInterval == .seconds(30))
    #expect(configuration.processing.state.store == .rocksdb)
    #expect(configuration.processing.state.directory == "/var/lib/afterclick")
    #expect(!configuration.processing.instanceID.isEmpty)
    #expect(configuration.commit == Configuration.Commit())
    #expect(configuration.inputLimits == InputLimits())
  }

  @Test func `the design's sample compiles to its rules`() throws {
    let rules = try Configuration.parse(Samples.design).rules
    #expect(rules.touchpoints.map(\.name) == ["visit", "email_click", "ad_view"])
    #expect(rules.touchpoints.map(\.interaction) == [.visit, .click, .view])
    #expect(rules.conversions.map(\.name) == ["purchase", "signup"])
    #expect(rules.conversions.map(\.kind) == [.macro, .micro])
    let purchase = rules.conversions[0]
    #expect(rules.fields.pointers.contains("/properties/revenue"))
    // What nobody reads costs decoders nothing.
    #expect(
      Set(rules.fields.pointers)
        == ["/properties/revenue", "/properties/currency", "/properties/order_id"])
    #expect(purchase.path.lookback == PathRules.Lookback())
    #expect(purchase.path.transforms == [.exposure])
    let models = [
      "first_touch", "last_touch", "last_non_direct_touch", "linear", "time_decay",
      "position_based",
    ]
    #expect(rules.conversions.map { $0.models.map(\.name) } == [models, models])
    #expect(rules.adjustments.map(\.conversion) == ["purchase"])
    #expect(rules.conversionHold == .days(30))
    #expect(rules.channels.count == 1 + DefaultChannels.ga4.count)
    #expect(rules.channels[0].channel == "Paid Search Brand")
    #expect(rules.time == TimeRules())
    #expect(rules.ignoredReferrers == PaymentProviders.hosts)
  }

  @Test func `the whole design has a function`() throws {
    let configuration = try Configuration.parse(Samples.design)
    #expect(configuration.warnings.isEmpty)
    #expect(configuration.http == .init(address: .init(host: "127.0.0.1", port: 9_464)))
  }

  @Test func `the design's funnel and alerts are what is watched`() throws {
    let plan = try #require(try Configuration.parse(Samples.design).insights)
    #expect(plan.funnels.map(\.shape.name) == ["checkout"])
    let shape = plan.funnels[0].shape
    #expect(shape.steps.map(\.name) == ["product", "cart", "payment", "purchase"])
    #expect(shape.steps.map(\.within) == [nil, nil, .hours(2), nil])
    #expect(shape.order == .ordered && shape.within == .days(1))
    #expect(shape.dimensions == ["device", "channel", "country"])
    #expect(
      plan.funnels[0].segments == [
        .dimension(.device), .dimension(.channel), .dimension(.country),
      ])
    #expect(plan.alerts.falseAlarmsPerWeek == 1)
    #expect(plan.alerts.runbookURL == "https://wiki.example/runbooks/{funnel}/{step}")
    #expect(plan.reports.isEmpty)
  }

  @Test(arguments: [
    ("", FunnelShape.SegmentSource.first), ("segments_from: first", .first),
    ("segments_from: last", .last), ("segments_from: b", .step(1)),
  ])
  func `segments come from the first event, the last, or that of a step`(
    yaml: String, source: FunnelShape.SegmentSource
  ) throws {
    let plan = try #require(
      try Configuration.parse(
        Samples.minimal + """

          funnels:
            - name: f
              steps: [{name: a, when: {event: A}}, {name: b, when: {event: B}}]
              segments: [device]
              \(yaml)
          """
      ).insights)
    #expect(plan.funnels[0].shape.segmentsFrom == source)
  }

  @Test func `what is not configured is not watched`() throws {
    #expect(try Configuration.parse(Samples.minimal).insights == nil)
    #expect(try Configuration.parse(Samples.minimal + "\nfunnels: []\nalerts: {}").insights == nil)
  }

  @Test func `reports and a strict funnel by a value of the event`() throws {
    let plan = try #require(
      try Configuration.parse(
        Samples.minimal + """

          dimensions: {plan: /properties/plan}
          reports: {dimensions: [campaign, plan], window: 1h}
          funnels:
            - name: lead
              order: strict
              exclude: [{event: Left}]
              steps: [{name: a, when: {event: A}}, {name: b, when: {event: B}}]
              segments: [/properties/plan, plan]
          """
      ).insights)
    #expect(plan.funnels[0].shape.order == .strict && plan.funnels[0].exclude.count == 1)
    #expect(plan.funnels[0].shape.dimensions == ["/properties/plan", "plan"])
    #expect(plan.funnels[0].segments[0] == plan.funnels[0].segments[1])
    #expect(plan.funnels[0].shape.within == .days(1))
    #expect(plan.reports.allSatisfy { $0.dimensions == ["campaign", "plan"] })
    #expect(plan.reports.allSatisfy { $0.window == .hours(1) } && !plan.reports.isEmpty)
  }

  @Test func `a configuration without brokers can do everything but run`() throws {
    let offline = try Configuration.parse(Samples.minimal)
    #expect(offline.obstaclesToRunning().map(\.path) == ["kafka"])
  }

  @Test(
    arguments: [
      ("format: segment", .segment), ("format: snowplow", .snowplow),
      ("format: cloudevents", .cloudEvents(data: .mapped(MappedFields([:])))),
      ("format: cloudevents, data: segment", .cloudEvents(data: .segment)),
      ("format: cloudevents, data: {format: snowplow}", .cloudEvents(data: .snowplow)),
      (
        "format: cloudevents, data: {format: mapped, fields: {person: /user}}",
        .cloudEvents(data: .mapped(MappedFields([.person: "/user"])))
      ),
    ] as [(String, InputFormat)])
  func `every format can be written`(keys: String, format: InputFormat) throws {
    let yaml = "inputs: [{topic: t, \(keys)}]\nconversions: [{name: n, when: {}}]"
    #expect(try Configuration.parse(yaml).inputs.map(\.format) == [format])
  }

  @Test func `defaults stand where nothing is configured`() throws {
    let configuration = try Configuration.parse(Samples.minimal)
    #expect(configuration.applicationID == "afterclick")
    #expect(configuration.warnings.isEmpty)
    #expect(configuration.processing.state.store == .memory)
    #expect(configuration.processing.workers == 1)
    #expect(configuration.processing.journeysPartitions == 8)
    #expect(configuration.rules.touchpoints.map(\.name) == ["visit"])
    #expect(configuration.rules.touchpoints[0].when.dependsOnSession)
    #expect(configuration.rules.conversions[0].path.maximumTouchpoints == 200)
    #expect(configuration.rules.conversions[0].path.views == .whenNoClick)
    #expect(configuration.rules.screening.bots && configuration.rules.screening.prefetches)
    #expect(configuration.rules.screening.when == nil)
  }

  @Test func `every setting arrives`() throws {
    let configuration = try Configuration.parse(
      """
      application_id: app.1
      inputs: [{topic: t, format: segment}]
      outputs: {conversions: c, dead_letters: d}
      processing:
        guarantee: at_least_once
        checkpoint_interval: 2m
        workers: 4
        journeys_partitions: 12
        instance_id: node-7
      commit: {min_interval: 3ms, backlog_interval: 40ms, max_pending: 16}
      limits:
        touchpoints_per_journey: 50
        conversions_per_journey: 20
        sessions_per_journey: 60
        dimension_bytes: 256
        record_bytes: 1 MiB
        field_bytes: 4096
        retention: 60d
      time: {max_future_skew: 1m, session_timeout: 15m}
      late: {accept: 12h}
      channels: {defaults: none}
      ignored_referrers: [Pay.Example]
      screening: {bots: false, prefetches: false, when: {/properties/staff: true}}
      conversions: [{name: n, when: {}}]
      """)
    #expect(configuration.processing.transactionalSummary == "at_least_once 4 12 node-7")
    #expect(configuration.transactionalID == "app.1-node-7")
    #expect(configuration.processing.checkpointInterval == .seconds(120))
    #expect(configuration.commit.minInterval == .milliseconds(3))
    #expect(configuration.commit.backlogInterval == .milliseconds(40))
    #expect(configuration.commit.maxPending == 16)
    #expect(configuration.outputs.conversions == "c")
    #expect(configuration.outputs.deadLetters == "d")
    var limits = JourneyLimits()
    limits.touchpointsPerJourney = 50
    limits.conversionsPerJourney = 20
    limits.sessionsPerJourney = 60
    limits.dimensionBytes = 256
    #expect(configuration.rules.limits == limits)
    #expect(configuration.inputLimits == InputLimits(recordBytes: 1 << 20, fieldBytes: 4_096))
    #expect(configuration.retention == .days(60))
    #expect(configuration.rules.time.maximumFutureSkew == .minutes(1))
    #expect(configuration.rules.time.sessionTimeout == .minutes(15))
    #expect(configuration.rules.time.lateAccept == .hours(12))
    #expect(configuration.rules.channels.isEmpty)
    #expect(configuration.rules.ignoredReferrers == [NormalizedText("pay.example")])
    #expect(!configuration.rules.screening.bots && !configuration.rules.screening.prefetches)
    #expect(configuration.rules.screening.when != nil)
    #expect(configuration.rules.fields.pointers == ["/properties/staff"])
  }
}

extension Configuration.Processing {
  fileprivate var transactionalSummary: String {
    "\(guarantee.rawValue) \(workers) \(journeysPartitions) \(instanceID)"
  }
}
