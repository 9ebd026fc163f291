import Foundation
import Testing

@testable import Attribution
@testable import Formats

/// The record that others build on: its golden text, its schema, and hostile content.
@Suite struct AttributedConversionJSONTests {
  private static let time = EventTime(milliseconds: 1_772_700_754_000)

  private func rule(_ change: (inout ConversionRule) -> Void = { _ in }) throws -> ConversionRule {
    var rule = ConversionRule(
      name: "purchase", when: try EventRule(.always),
      path: PathRules(lookback: .init(click: .days(30), visit: .days(30), view: .days(1))),
      models: [FirstTouchModel(), LinearModel(), TimeDecayModel(), PositionBasedModel()])
    change(&rule)
    return rule
  }

  private func touchpoint(
    _ age: TimeSpan, _ id: String, _ change: (inout TouchpointProfile) -> Void
  ) -> Path.Touchpoint {
    var profile = TouchpointProfile()
    profile.rule = "visit"
    change(&profile)
    return Path.Touchpoint(
      time: AttributedConversionJSONTests.time - age, eventID: EventID(id), profile: profile)
  }

  private var path: Path {
    var email = touchpoint(.days(7), "t1") {
      $0.interaction = .click
      $0.rule = "email_click"
      $0.channel = "Email"
      $0.source = "newsletter"
      $0.medium = "email"
      $0.campaign = "spring"
      $0.term = "shoes"
      $0.content = "header"
      $0.landingPage = "shop.example/"
      $0.referrer = "mail.example"
      $0.device = "mobile"
      $0.country = "DE"
    }
    email.click = ClickID(name: "mc_cid", value: "c1")
    email.count = 2
    let direct = touchpoint(TimeSpan(milliseconds: 1_500), "t2") { $0.channel = "Direct" }
    return Path(
      touchpoints: [email, direct], considered: 5,
      dropped: [.repeated: 1, .outsideLookback: 2])
  }

  private func json(
    _ path: Path, status: AttributedConversion.Status = .attributed,
    reason: AttributedConversion.Reason = .new, value: Amount? = Amount(units: 6_650, scale: 2),
    currency: String? = "EUR", key: String? = "ord-1001", person: String = "u-42",
    rule: ConversionRule
  ) -> [UInt8] {
    let conversion = StoredConversion(
      rule: 0, key: key, time: AttributedConversionJSONTests.time, eventID: EventID("e-1"),
      value: value, currency: currency, lastRepeat: AttributedConversionJSONTests.time,
      keptSince: AttributedConversionJSONTests.time, revision: 3, digest: 0)
    var paths = ConversionPaths(own: path)
    paths.windows = rule.windows.map { _ in Path(touchpoints: [path.touchpoints[0]], considered: 1)
    }
    let attributed = AttributedConversion(
      JourneyUpdate.Emission(conversion: conversion, status: status, reason: reason, paths: paths),
      rules: RuleSet(fields: FieldTable(), touchpoints: [], conversions: [rule], channels: []),
      person: person)
    var writer = JSONWriter()
    attributed.write(
      emittedAt: AttributedConversionJSONTests.time + TimeSpan(milliseconds: 120), to: &writer)
    return writer.bytes
  }

  private func schema() throws -> SchemaCheck {
    try SchemaCheck(named: "attributed-conversion")
  }

  @Test func `an attributed conversion has this text`() throws {
    let text = String(decoding: json(path, rule: try rule()), as: UTF8.self)
    let golden = """
      {"schema":"afterclick/attributed-conversion/v1","conversion_id":"purchase:ord-1001",
      "conversion":"purchase","kind":"macro","revision":3,"status":"attributed","reason":"new",
      "person_id":"u-42","event_id":"e-1","occurred_at":"2026-03-05T08:52:34.000Z",
      "emitted_at":"2026-03-05T08:52:34.120Z","value":66.50,"currency":"EUR",
      "lookback":{"click":"30d","view":"1d","visit":"30d"},"path_length":2,"assists":1,
      "time_to_convert_seconds":604800,"channel_path":["Email","Direct"],"touchpoints":[
      {"position":1,"role":"first","touchpoint":"email_click","interaction":"click",
      "event_id":"t1","occurred_at":"2026-02-26T08:52:34.000Z","count":2,"channel":"Email",
      "source":"newsletter","medium":"email","campaign":"spring","term":"shoes",
      "content":"header","click_id":{"mc_cid":"c1"},"landing_page":"shop.example/",
      "referrer":"mail.example","device":"mobile","country":"DE",
      "credit":{"first_touch":1,"linear":0.5,"time_decay":0.333334,"position_based":0.5},
      "value":{"first_touch":66.50,"linear":33.25,"time_decay":22.17,"position_based":33.25}},
      {"position":2,"role":"last","touchpoint":"visit","interaction":"visit","event_id":"t2",
      "occurred_at":"2026-03-05T08:52:32.500Z","channel":"Direct",
      "credit":{"first_touch":0,"linear":0.5,"time_decay":0.666666,"position_based":0.5},
      "value":{"first_touch":0,"linear":33.25,"time_decay":44.33,"position_based":33.25}}],
      "models":{"time_decay":{"half_life":"7d"},"position_based":{"first":0.4,"last":0.4}},
      "explanation":{"considered":5,"dropped":{"outside_lookback":2,"repeat":1}}}
      """
    #expect(text == golden.replacingOccurrences(of: "\n", with: ""))
  }

  @Test func `a conversion without a touchpoint has this text`() throws {
    let bytes = json(
      Path(touchpoints: []), status: .unattributed, value: nil, currency: nil, key: nil,
      rule: try rule { $0.kind = .micro })
    let golden = """
      {"schema":"afterclick/attributed-conversion/v1","conversion_id":"purchase:e-1",
      "conversion":"purchase","kind":"micro","revision":3,"status":"unattributed",
      "unattributed":true,"reason":"new","person_id":"u-42","event_id":"e-1",
      "occurred_at":"2026-03-05T08:52:34.000Z","emitted_at":"2026-03-05T08:52:34.120Z",
      "lookback":{"click":"30d","view":"1d","visit":"30d"},"path_length":0,"assists":0,
      "channel_path":[],"touchpoints":[],"explanation":{"considered":0,"dropped":{}}}
      """
    #expect(
      String(decoding: bytes, as: UTF8.self) == golden.replacingOccurrences(of: "\n", with: ""))
  }

  @Test func `windows stand beside the conversion's own path`() throws {
    let bytes = json(
      path,
      rule: try rule {
        $0.models = [LinearModel()]
        $0.windows = [
          PathWindow(
            name: "week",
            path: PathRules(lookback: .init(click: .days(7), visit: .days(7), view: .zero)))
        ]
      })
    let golden = """
      "windows":[{"name":"week","lookback":{"click":"7d","view":"0s","visit":"7d"},
      "path_length":1,"assists":0,"time_to_convert_seconds":604800,"channel_path":["Email"],
      "touchpoints":[{"position":1,"role":"only","touchpoint":"email_click",
      """
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(golden.replacingOccurrences(of: "\n", with: "")))
    #expect(
      text.contains(
        "\"credit\":{\"linear\":1},\"value\":{\"linear\":66.50}}],"
          + "\"explanation\":{\"considered\":1,\"dropped\":{}}}]"))
    #expect(try schema().differences(in: bytes) == [])
  }

  @Test func `models say what they rest on`() throws {
    let bytes = json(
      path, value: nil, currency: nil,
      rule: try rule {
        $0.models = [
          ParticipationModel(), WShapedModel(leads: ["signup"]), DataDrivenModel(),
          CustomModel(by: .position, weights: [NamedWeight("last", 2_500_000)], other: 0),
          FunnelModel(steps: [NamedWeight("signup", 1_000_000)]),
        ]
      })
    let golden = """
      "models":{"participation":{"sums_to_one":false},
      "w_shaped":{"lead":["signup"],"first":0.3,"lead_share":0.3,"last":0.3},
      "data_driven":{"version":0,"answer":"linear"},
      "custom":{"by":"position","weights":{"last":2.5},"other":0},
      "funnel":{"steps":{"signup":1}}}
      """
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(golden.replacingOccurrences(of: "\n", with: "")))
    #expect(try schema().differences(in: bytes) == [])
  }

  @Test func `every shape of record fits the schema`() throws {
    let schema = try schema()
    let empty = Path(touchpoints: [])
    let everything = Path(
      touchpoints: path.touchpoints, considered: 99,
      dropped: Dictionary(uniqueKeysWithValues: DropReason.allCases.map { ($0, 1) }))
    let single = Path(touchpoints: [path.touchpoints[0]], considered: 1)
    for bytes in [
      json(path, rule: try rule()), json(everything, rule: try rule()),
      json(single, reason: .lateTouchpoint, rule: try rule { $0.models = [LinearModel()] }),
      json(path, reason: .betterReport, value: nil, currency: nil, rule: try rule()),
      json(empty, status: .unattributed, rule: try rule()),
      json(empty, status: .retracted, reason: .retracted, rule: try rule()),
      json(path, value: Amount(units: .min, scale: 9), rule: try rule()),
    ] {
      #expect(try schema.differences(in: bytes) == [])
    }
  }

  @Test func `the schema refuses what is not such a record`() throws {
    let schema = try schema()
    let text = String(decoding: json(path, rule: try rule()), as: UTF8.self)
    for (part, replacement) in [
      ("\"kind\":\"macro\",", ""), ("\"macro\"", "\"huge\""), ("\"revision\":3", "\"revision\":0"),
      ("\"revision\":3", "\"revision\":\"3\""), ("66.50,", "\"66.50\","), (".120Z", "Z"),
      ("\"role\":\"first\"", "\"rôle\":\"first\""), ("\"30d\"", "30"), ("v1", "v2"),
      ("\"considered\":5", "\"considered\":5.5"), ("\"attributed\"", "\"unattributed\""),
      ("\"linear\":0.5", "\"linear\":1.5"), ("\"repeat\":1", "\"bored\":1"),
    ] {
      let changed = text.replacingOccurrences(of: part, with: replacement)
      #expect(changed != text)
      #expect(try !schema.differences(in: Array(changed.utf8)).isEmpty, "\(part)")
    }
  }

  @Test func `hostile text comes out as it went in`() throws {
    var scalars = String.UnicodeScalarView()
    for value in 0...0x2ff as ClosedRange<UInt32> { scalars.append(Unicode.Scalar(value) ?? "x") }
    let hostile = String(scalars) + "\u{2028}\u{2029}\u{feff}\u{10ffff}👩‍👩‍👧\\u0041\"}],"
    let path = Path(touchpoints: [
      touchpoint(.zero, hostile) {
        $0.channel = hostile
        $0.campaign = hostile
        $0.rule = hostile
      }
    ])
    let bytes = json(
      path, currency: hostile, key: hostile, person: hostile, rule: try rule { $0.name = hostile })
    let value = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let record = try #require(value)
    let id = try #require(record["conversion_id"] as? String)
    // Scalar by scalar: equal strings may differ in how their accents are composed.
    #expect(Array(id.unicodeScalars) == Array("\(hostile):\(hostile)".unicodeScalars))
    for field in ["person_id", "currency", "conversion"] {
      let text = try #require(record[field] as? String)
      #expect(Array(text.unicodeScalars) == Array(hostile.unicodeScalars), "\(field)")
    }
    let touchpoints = try #require(record["touchpoints"] as? [[String: Any]])
    #expect(touchpoints[0]["campaign"] as? String == hostile)
    #expect(!bytes.contains { $0 < 0x20 })
    #expect(try schema().differences(in: bytes) == [])
  }

  @Test func `a model that does not share says so`() throws {
    let bytes = json(path, rule: try rule { $0.models = [ParticipationModel()] })
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"models\":{\"participation\":{\"sums_to_one\":false}}"))
    #expect(text.contains("\"credit\":{\"participation\":1},\"value\":{\"participation\":66.50}"))
    #expect(try schema().differences(in: bytes) == [])
  }
}

@Suite struct DeadLetterTests {
  @Test func `its headers have the names that Kafka Connect's users know`() {
    let letter = DeadLetter(
      topic: "web", partition: 3, offset: 7, stage: "intake", code: "invalid_json", message: "m")
    let headers = letter.headers.map { "\($0.name)=\($0.value)" }
    #expect(
      headers == [
        "__afterclick.errors.topic=web", "__afterclick.errors.partition=3",
        "__afterclick.errors.offset=7", "__afterclick.errors.stage=intake",
        "__afterclick.errors.code=invalid_json", "__afterclick.errors.message=m",
      ])
  }
}
