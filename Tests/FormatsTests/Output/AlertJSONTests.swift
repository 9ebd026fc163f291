import Foundation
import Testing

@testable import Attribution
@testable import Formats
@testable import Insights

/// What an on-call person and their relays read: golden text, schema, odd names.
@Suite struct AlertJSONTests {
  private static let start = EventTime(milliseconds: 1_772_700_720_000)

  private func alert(_ change: (inout Alert) -> Void = { _ in }) -> Alert {
    var alert = Alert(
      id: "checkout/payment→purchase/device=ios/conversion_drop", status: .firing,
      severity: .critical, kind: .conversionDrop, subject: "checkout", step: "payment",
      nextStep: "purchase", segment: .init("device", "ios"), startedAt: AlertJSONTests.start,
      detectedAt: AlertJSONTests.start + .minutes(4),
      updatedAt: AlertJSONTests.start + .minutes(10),
      observed: .init(entered: 412, completed: 97, rate: 0.235_436_9),
      expected: .init(completed: 231.44, rate: 0.561, low: 0.52, high: 0.6),
      impact: .init(lostConversions: 134.44, lostPerHour: 806.64),
      evidence: 21.666, falseAlarmsPerWeek: 1,
      suspects: [.init(.init("device", "ios"), share: 0.934_55)],
      summary: "Checkout: payment → purchase fell.")
    alert.impact.lostValue = 9_408
    alert.impact.currency = "EUR"
    change(&alert)
    return alert
  }

  private func json(
    _ alert: Alert, runbook: String? = "https://wiki.example/{funnel}/{step}?{x}",
    link: String? = nil
  ) -> [UInt8] {
    var settings = AlertSettings()
    settings.runbookURL = runbook
    settings.link = link
    var writer = JSONWriter()
    alert.write(for: settings, to: &writer)
    return writer.bytes
  }

  private func schema() throws -> SchemaCheck { try SchemaCheck(named: "funnel-alert") }

  @Test func `a firing alert has this text`() throws {
    let golden = """
      {"schema":"afterclick/funnel-alert/v1",
      "alert_id":"checkout/payment→purchase/device=ios/conversion_drop","status":"firing",
      "severity":"critical","kind":"conversion_drop","funnel":"checkout","step":"payment",
      "next_step":"purchase","segment":{"device":"ios"},
      "started_at":"2026-03-05T08:52:00.000Z","detected_at":"2026-03-05T08:56:00.000Z",
      "updated_at":"2026-03-05T09:02:00.000Z",
      "observed":{"entered":412,"completed":97,"rate":0.235437,
      "from":"2026-03-05T08:52:00.000Z","to":"2026-03-05T09:02:00.000Z"},
      "expected":{"completed":231.4,"rate":0.561,"low":0.52,"high":0.6},
      "impact":{"lost_conversions":134.4,"per_hour":806.6,"lost_value":9408,"currency":"EUR"},
      "confidence":{"log_likelihood_ratio":21.67,"false_alarms_per_week":1},
      "suspects":[{"segment":{"device":"ios"},"share_of_loss":0.9346}],
      "summary":"Checkout: payment → purchase fell.",
      "labels":{"alertname":"FunnelConversionDrop","funnel":"checkout","step":"payment",
      "next_step":"purchase","segment":"device=ios","severity":"critical"},
      "annotations":{"summary":"Checkout: payment → purchase fell.",
      "runbook_url":"https://wiki.example/checkout/payment?{x}"},
      "startsAt":"2026-03-05T08:52:00.000Z"}
      """
    let text = String(decoding: json(alert()), as: UTF8.self)
    #expect(text == golden.replacingOccurrences(of: "\n", with: ""))
  }

  @Test func `where to look at it has Alertmanager's name`() throws {
    let bytes = json(alert(), link: "https://afterclick.example")
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.hasSuffix(#","generatorURL":"https://afterclick.example"}"#))
    #expect(try schema().differences(in: bytes) == [])
  }

  @Test func `those who are in two segments are one suspect with both`() throws {
    let suspect = Alert.Suspect(.init("device", "ios"), .init("app_version", "5.2"), share: 0.93)
    let bytes = json(alert { $0.suspects = [suspect] })
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(
      text.contains(
        #""suspects":[{"segment":{"device":"ios","app_version":"5.2"},"share_of_loss":0.93}]"#))
    #expect(try schema().differences(in: bytes) == [])
    let third = text.replacingOccurrences(of: #""5.2"}"#, with: #""5.2","country":"DE"}"#)
    #expect(try !schema().differences(in: Array(third.utf8)).isEmpty)
  }

  @Test func `a resolved alert about data has this text`() throws {
    let bytes = json(
      alert {
        $0.kind = .dataQuality
        $0.status = .resolved
        $0.severity = .warning
        $0.subject = QualityWatch.subject
        $0.step = "dead_letters"
        ($0.nextStep, $0.segment, $0.suspects) = (nil, nil, [])
        $0.impact = .init(lostConversions: 0, lostPerHour: 0)
        $0.resolvedAt = $0.updatedAt
        $0.resolution = .recovered
      })
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(#""kind":"data_quality","measure":"dead_letters","started_at""#))
    #expect(text.contains(#""resolved_at":"2026-03-05T09:02:00.000Z","resolution":"recovered","#))
    #expect(text.contains(#""alertname":"DataQuality","measure":"dead_letters","severity":"w"#))
    #expect(text.contains(#""https://wiki.example/data-quality/dead_letters?{x}""#))
    #expect(text.hasSuffix(#","endsAt":"2026-03-05T09:02:00.000Z"}"#))
    #expect(try schema().differences(in: bytes) == [])
  }

  @Test func `where else it shows has this text`() throws {
    let bytes = json(
      alert {
        $0.also = [
          .init(
            step: "cart", nextStep: "payment", kind: .slowStep,
            impact: .init(lostConversions: 20.04, lostPerHour: 120, lostValue: 5, currency: "EUR")),
          .init(
            step: "cart", nextStep: nil, kind: .volumeDrop,
            impact: .init(lostConversions: 3, lostPerHour: 18),
            resolvedAt: AlertJSONTests.start + .minutes(9)),
        ]
      })
    let golden = """
      "also":[{"step":"cart","next_step":"payment","kind":"slow_step",\
      "impact":{"lost_conversions":20,"per_hour":120,"lost_value":5,"currency":"EUR"}},\
      {"step":"cart","kind":"volume_drop","impact":{"lost_conversions":3,"per_hour":18},\
      "resolved_at":"2026-03-05T09:01:00.000Z"}],"suspects"
      """
    #expect(String(decoding: bytes, as: UTF8.self).contains(golden))
    #expect(try schema().differences(in: bytes) == [])
    // Nowhere else is not said at all.
    #expect(!String(decoding: json(alert()), as: UTF8.self).contains("also"))
    for (part, replacement) in [("\"volume_drop\"", "\"drop\""), ("\"step\":\"cart\",\"k", "\"k")] {
      let text = String(decoding: bytes, as: UTF8.self)
      let changed = text.replacingOccurrences(of: part, with: replacement)
      #expect(changed != text)
      #expect(try !schema().differences(in: Array(changed.utf8)).isEmpty, "\(part)")
    }
  }

  @Test(arguments: Alert.Kind.allCases)
  func `every kind of alert fits the schema`(kind: Alert.Kind) throws {
    for resolution in [nil, .recovered, .acceptedLevel] as [Alert.Resolution?] {
      let bytes = json(
        alert {
          $0.kind = kind
          if kind == .dataQuality { ($0.step, $0.segment) = ("duplicates", nil) }
          if kind == .volumeDrop { ($0.nextStep, $0.segment, $0.suspects) = (nil, nil, []) }
          $0.status = resolution == nil ? .firing : .resolved
          $0.resolution = resolution
          $0.resolvedAt = resolution.map { _ in AlertJSONTests.start }
          $0.impact.lostValue = nil
        }, runbook: nil)
      #expect(try schema().differences(in: bytes) == [])
    }
  }

  @Test func `the schema refuses what is not such a record`() throws {
    let schema = try schema()
    let text = String(decoding: json(alert()), as: UTF8.self)
    for (part, replacement) in [
      ("\"firing\"", "\"resolved\""), ("\"critical\"", "\"severe\""), ("412", "\"412\""),
      ("\"conversion_drop\",", "\"data_quality\","), ("0.9346", "1.2"), ("v1", "v2"),
      ("\"funnel\":\"checkout\",\"step\"", "\"step\""), ("=ios\"", "ios\""),
      ("\"started_at\"", "\"since\""), ("FunnelConversionDrop", "Drop"),
    ] {
      let changed = text.replacingOccurrences(of: part, with: replacement)
      #expect(changed != text)
      #expect(try !schema.differences(in: Array(changed.utf8)).isEmpty, "\(part)")
    }
  }

  @Test func `names are escaped where they are part of an address`() throws {
    let bytes = json(
      alert {
        $0.subject = "a/b {step}"
        $0.step = "ü?\"\n"
        $0.segment = .init("/properties/plan", "\"\\")
      })
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"https://wiki.example/a%2Fb%20%7Bstep%7D/%C3%BC%3F%22%0A?{x}\""))
    #expect(try schema().differences(in: bytes) == [])
  }

  @Test func `what is no number is left out`() throws {
    let bytes = json(alert { $0.impact.lostValue = .infinity })
    #expect(!String(decoding: bytes, as: UTF8.self).contains("lost_value"))
    #expect(Amount(rounding: .nan, scale: 2) == nil)
    #expect(Amount(rounding: 1e17, scale: 2) == nil)
    #expect(Amount(rounding: -0.004, scale: 2) == .zero)
    #expect(Amount(rounding: 2.5, scale: 2) == Amount(units: 25, scale: 1))
  }
}
