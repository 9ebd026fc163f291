import Operations
import Testing

@Suite struct ConfigurationProblemTests {
  /// The problems of an otherwise valid document, to which `yaml` is added from line 3 on.
  private func problems(_ yaml: String) -> [String] {
    Samples.problems(
      """
      inputs: [{topic: t, format: segment}]
      conversions: [{name: c, when: {}}]
      \(yaml)
      """)
  }

  @Test(arguments: [
    ("procesing: {}", "3: procesing: unknown key; did you mean `processing`?"),
    ("Kafka: {}", "3: Kafka: unknown key; did you mean `kafka`?"),
    (
      "processing: {checkpointInterval: 5s}",
      "3: processing.checkpointInterval: unknown key; did you mean `checkpoint_interval`?"
    ),
    (
      "processing: {interval: 5s}",
      "3: processing.interval: unknown key; did you mean `checkpoint_interval`?"
    ),
    (
      "late: {zebra: 5s}", "3: late.zebra: unknown key; expected one of accept, adjust"
    ),
    (
      "application_id: a b",
      "3: application_id: expected letters, digits, `.`, `_`, `-`, at most 200, found `a b`"
    ),
    (
      "processing: {guarantee: exactly-once}",
      "3: processing.guarantee: expected exactly_once or at_least_once, found `exactly-once`; did you mean `exactly_once`?"
    ),
    (
      "processing: {workers: many}",
      "3: processing.workers: expected a whole number from 1 to 1024, found `many`"
    ),
    (
      "processing:\n  workers: 0",
      "4: processing.workers: expected a whole number from 1 to 1024, found `0`"
    ),
    (
      "processing: {state: {store: rocksdb}}",
      "3: processing.state: `directory` is missing: expected where the rocksdb store lives"
    ),
    ("processing: [a]", "3: processing: expected a section of keys, found a list"),
    ("processing:", "3: processing: expected a section of keys, found nothing"),
    (
      "late:\n  accept: -3d",
      "4: late.accept: expected a duration such as 90s, 30m, 12h or 30d, found `-3d`"
    ),
    (
      "late: {accept: 3}",
      "3: late.accept: expected a duration such as 90s, 30m, 12h or 30d, found `3`"
    ),
    (
      "time: {session_timeout: 0s}",
      "3: time.session_timeout: expected a duration of at least 1s, found `0s`"
    ),
    (
      "limits: {record_bytes: lots}",
      "3: limits.record_bytes: expected a size such as 512KiB from 1024 to 67108864 bytes, found `lots`"
    ),
    (
      "ignored_referrers:\n  - paypal.com\n  - https://pay.example/",
      "5: ignored_referrers[1]: expected a host such as paypal.com, without scheme, port and path, found `https://pay.example/`"
    ),
    (
      "kafka: {group.id: x}",
      "3: kafka.group.id: follows from application_id and cannot be set here"
    ),
    (
      "kafka: {bootstrap_servers: x}",
      "3: kafka.bootstrap_servers: unknown property; did you mean `bootstrap.servers`?"
    ),
    (
      "kafka: {sasl.password: [a]}",
      "3: kafka.sasl.password: expected the property's value, found a list"
    ),
    (
      "kafka: {sasl.password_file: /nowhere/secret}",
      "3: kafka.sasl.password_file: cannot read the file `/nowhere/secret`"
    ),
    ("outputs: {conversions: t}", "3: outputs.conversions: topic `t` is already an input"),
    (
      "outputs: {conversions: x, alerts: x}",
      "3: outputs.alerts: topic `x` is already the output `conversions`"
    ),
    (
      "outputs: {conversions: afterclick.journeys}",
      "3: outputs.conversions: topic `afterclick.journeys` is already an internal topic of this application"
    ),
    (
      "touchpoints: []",
      "3: touchpoints: expected a list of touchpoint rules, found an empty list"
    ),
    (
      "touchpoints: [{name: a}]",
      "3: touchpoints[0]: `when` is missing: expected the events it is for, such as {event: Order Completed}"
    ),
    (
      "touchpoints:\n  - {name: a, when: {}}\n  - {name: a, when: {}}",
      "5: touchpoints[1].name: two touchpoints are called `a`"
    ),
    (
      "touchpoints: [{name: a, when: {}, interaction: tap}]",
      "3: touchpoints[0].interaction: expected click, view or visit, found `tap`"
    ),
    (
      "touchpoints: [{name: 'a:b', when: {}}]",
      "3: touchpoints[0].name: expected a name of up to 100 characters without `:`, `/` or outer spaces, found `a:b`"
    ),
    (
      "consent: {required: necessary}",
      "3: consent.required: expected a list of categories, found `necessary`"
    ),
    (
      "http: {listen: 9464}",
      "3: http.listen: expected host:port, such as 127.0.0.1:9464, or none, found `9464`"
    ),
    (
      "adjustments: [{when: {}, conversion: c, key: /k}]",
      "3: adjustments[0].conversion: `c` has no `deduplicate_by`, so nothing can refer to one"
    ),
    (
      "adjustments: [{when: {}, conversion: d, key: /k}]",
      "3: adjustments[0].conversion: no conversion is called `d`; did you mean `c`?"
    ),
    ("screening: {bot: true}", "3: screening.bot: unknown key; did you mean `bots`?"),
    (
      "screening: {when: {starts_session: true}}",
      "3: screening.when.starts_session: only a touchpoint can ask whether its event starts a session"
    ),
    ("identity: {stich: true}", "3: identity.stich: unknown key; did you mean `stitch`?"),
  ])
  func `a mistake is named by line, path and what was expected`(yaml: String, expected: String) {
    #expect(problems(yaml) == [expected])
  }

  @Test(arguments: [
    ("lookback: 30", "3: lookback: expected a duration such as 90s, 30m, 12h or 30d, found `30`"),
    ("lookback: {clik: 3d}", "3: lookback.clik: unknown key; did you mean `click`?"),
    (
      "models: []",
      "3: models: expected a list of models such as [last_touch, linear], found an empty list"
    ),
    (
      "path: {transforms: [expose]}",
      "3: path.transforms[0]: expected one of unique, exposure, first, frequency, remove_trailing(X), remove(X), found `expose`"
    ),
    (
      "path: {max_touchpoints: 1}",
      "3: path.max_touchpoints: expected a whole number from 2 to 10000, found `1`"
    ),
    (
      "path: {include_channels: [Email], exclude_channels: [email]}",
      "3: path: `email` is both in include_channels and in exclude_channels"
    ),
    (
      "views: never\n    path: {views: never}",
      "4: path.views: is given twice: in the rule and in its `path`"
    ),
    ("kind: major", "3: kind: expected macro or micro, found `major`"),
    (
      "value: 1.50 EUR",
      "3: value: expected a JSON pointer such as /properties/revenue, or a number such as 12.50, found `1.50 EUR`"
    ),
    (
      "value: -1",
      "3: value: expected a JSON pointer such as /properties/revenue, or a number such as 12.50, found `-1`"
    ),
    ("value: /a~2", "3: value: `/a~2` is no JSON pointer: `~` stands only before 0 or 1"),
    (
      "currency: eur",
      "3: currency: expected a JSON pointer such as /properties/currency, or a code such as EUR, found `eur`"
    ),
    (
      "deduplicate_by: order_id",
      "3: deduplicate_by: expected a JSON pointer such as /properties/order_id, found `order_id`"
    ),
    (
      "deduplicate_within: 0s",
      "3: deduplicate_within: expected a duration of at least 1ms, found `0s`"
    ),
    (
      "prefer: [crm]",
      "3: prefer: needs `deduplicate_by`: without a key no two reports are one conversion"
    ),
    (
      "when: {starts_session: true}",
      "3: when.starts_session: only a touchpoint can ask whether its event starts a session"
    ),
    (
      "windows: [{lookback: 7d}]", "3: windows[0]: `name` is missing: expected the window's name"
    ),
    (
      "windows: [{name: w, lookbak: 7d}]",
      "3: windows[0].lookbak: unknown key; did you mean `lookback`?"
    ),
    ("windows: [{name: w}, {name: w}]", "3: windows[1].name: two windows are called `w`"),
    ("credits: c", "3: credits: credits itself; `first_c` credits the first of its kind"),
    (
      "deduplicate_by: /k, prefer: [fax]",
      "3: prefer[0]: no input has the source `fax`; `source` of an input names it, or `reported_by` says where events do"
    ),
    ("credits: leed", "3: credits: no conversion is called `leed`"),
  ])
  func `a mistake in a conversion is named`(keys: String, expected: String) {
    let problems = Samples.problems(
      """
      inputs: [{topic: t, format: segment}]
      conversions: [{name: first, when: {}},
        {name: c, \(keys.hasPrefix("when") ? "" : "when: {}, ")\(keys.replacing("\n   ", with: ",\n"))}]
      """)
    let parts = expected.split(separator: " ", maxSplits: 1)
    #expect(problems == ["\(parts[0]) conversions[1].\(parts[1])"])
  }

  @Test(arguments: [
    ("{evnt: x}", "evnt: unknown field; did you mean `event`?"),
    (
      "{event: }",
      "event: expected a value, found nothing; {exists: false} asks for a missing field"
    ),
    ("{event: []}", "event: expected values, found an empty list"),
    (
      "{event: {}}",
      "event: expected one of matches, glob, above, below, exists, found an empty section"
    ),
    ("{event: {match: x}}", "event.match: unknown key; did you mean `matches`?"),
    ("{event: {matches: '(a'}}", "event.matches: `(a` is no regular expression: missing ): (a"),
    ("{event: {above: ten}}", "event.above: expected a number, found `ten`"),
    ("{event: {above: 5, below: 5}}", "event: no number is above 5.0 and below 5.0"),
    ("{event: {exists: false, glob: x}}", "event: a field that is missing passes no other test"),
    ("{all: []}", "all: expected a list of conditions, found an empty list"),
    ("{any: {type: page}}", "any: expected a list of conditions, found a section"),
    ("{not: {}}", "not: no event can match: {} matches every event"),
    ("{has: nothing}", "has: no field is called `nothing`"),
    ("{has: campain}", "has: no field is called `campain`; did you mean `campaign`?"),
    ("{starts_session: maybe}", "starts_session: expected true or false, found `maybe`"),
    ("{/a~: x}", "/a~: is no JSON pointer: `~` stands only before 0 or 1"),
  ])
  func `a mistake in a condition is named`(condition: String, expected: String) {
    #expect(
      problems("touchpoints: [{name: t, when: \(condition)}]")
        == ["3: touchpoints[0].when.\(expected)"])
  }

  @Test func `rules that see one event cannot ask for more`() {
    #expect(
      problems("channels: {rules: [{channel: X, when: {channel: Y, starts_session: true}}]}") == [
        "3: channels.rules[0].when.channel: a channel rule cannot ask for the channel that it finds",
        "3: channels.rules[0].when.starts_session: "
          + "only a touchpoint can ask whether its event starts a session",
      ])
  }

  @Test func `lookback and retention have to fit`() {
    #expect(
      Samples.problems(
        """
        inputs: [{topic: t, format: segment}]
        limits: {retention: 20d}
        conversions: [{name: c, when: {}, lookback: {click: 21d, visit: 20d}}]
        """)
        == ["3: conversions[0].lookback.click: 21d is longer than limits.retention, 20d"])
  }

  @Test(arguments: [
    (
      "{topic: a b, format: segment}",
      ["inputs[0].topic: expected a topic's name: letters, digits, `.`, `_`, `-`, found `a b`"]
    ),
    (
      "{topic: a, format: segmnt}",
      [
        "inputs[0].format: expected segment, snowplow, cloudevents or mapped, found `segmnt`; did you mean `segment`?"
      ]
    ),
    (
      "{topic: a, format: segment, data: snowplow}",
      ["inputs[0].data: only `cloudevents` have data in another format"]
    ),
    (
      "{topic: a, format: cloudevents, data: cloudevents}",
      ["inputs[0].data: expected segment or snowplow, found `cloudevents`"]
    ),
    (
      "{topic: a, format: cloudevents, data: {format: mapped}}",
      [
        "inputs[0].data: `fields` is missing: expected pointers such as {event: /name, person: /user}"
      ]
    ),
    (
      "{topic: a, format: cloudevents, data: {format: segment, data: segment}}",
      ["inputs[0].data.data: unknown key; expected one of format, fields"]
    ),
    (
      "{topic: a, format: mapped}",
      ["inputs[0]: `fields` is missing: expected pointers such as {event: /name, person: /user}"]
    ),
    (
      "{topic: a, format: segment, fields: {event: /e}}",
      ["inputs[0].fields: only a `mapped` input says where its fields are"]
    ),
    (
      "{topic: a, format: mapped, fields: {event: e, persn: /p, user_agent: /u}}",
      [
        "inputs[0].fields.event: expected a JSON pointer such as /properties/order_id, found `e`",
        "inputs[0].fields.persn: unknown key; did you mean `person`?",
        "inputs[0].fields: `person` or `anonymous` is missing: an event belongs to somebody",
      ]
    ),
    (
      "{topic: a, format: segment}, {topic: a, format: segment}",
      ["inputs[1].topic: topic `a` is already an input"]
    ),
  ])
  func `a mistake in an input is named`(input: String, expected: [String]) {
    let problems = Samples.problems("conversions: [{name: c, when: {}}]\ninputs: [\(input)]")
    #expect(problems == expected.map { "2: \($0)" })
  }

  @Test func `inputs and conversions are needed`() {
    #expect(
      Samples.problems("application_id: a") == [
        "1: `inputs` is missing: expected at least one input, such as {topic: web-events, format: segment}",
        "1: `conversions` is missing: expected at least one conversion, such as {name: purchase, when: {event: …}}",
      ])
  }

  @Test func `every mistake is found at once, in the order of the file`() {
    let lines = Samples.problems(
      """
      application_id: [a]
      inputs:
        - {topic: t, format: segmet}
      conversions:
        - name: c
          when: {evnt: x}
          models: [lineer]
        - name: c
          when: {}
          valeu: 3
      latte: {}
      """
    ).compactMap { $0.split(separator: ":").first.flatMap { Int($0) } }
    #expect(lines == [1, 3, 6, 7, 8, 10, 11])
  }

  @Test func `keys that are given twice are found together with everything else`() {
    #expect(
      Samples.problems(
        """
        inputs: [{topic: t, format: segment}]
        "late": {accept: 1d}
        conversions:
          - name: c
            kind: macro
            when: {event: a, event: b}
            kind: micro
            kind: macro
        late: {accept: soon}
        """) == [
          "6: conversions[0].when.event: is given twice, first on line 6",
          "7: conversions[0].kind: is given twice, first on line 5",
          "8: conversions[0].kind: is given twice, first on line 5",
          "9: late: is given twice, first on line 2",
        ])
  }
}
