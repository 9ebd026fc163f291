import Attribution
import Foundation
import Insights
import Operations
import Pipeline
import Simulation
import Stages
import Testing

/// Costs and learned credit in a replay.
@Suite struct ReplaySpendTests {
  private struct Written: Equatable {
    var conversions: [String]
    var reports: [String]
    var deadLetters: Int
  }

  private func replay(
    _ text: String, _ inputs: [(topic: String, lines: [UInt8])]
  ) throws -> Written {
    let directory = try TemporaryDirectory()
    let configuration = try Configuration.parse(text)
    let settings = Replay.Settings(
      rules: configuration.rules,
      inputs: try inputs.map { name, lines in
        let input = try #require(configuration.inputs.first { $0.topic == name })
        return ReplayInput(
          topic: name, format: input.format, path: try directory.write(lines, to: name))
      },
      presumedNow: ShopReplay.now, insights: configuration.insights)
    var replay = try Replay(
      settings, conversions: try LineWriter(replacing: directory.file("conversions")),
      deadLetters: nil, reports: try LineWriter(replacing: directory.file("reports")))
    let report = try replay.run()
    func lines(_ name: String) throws -> [String] {
      try directory.read(name).split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
    }
    return Written(
      conversions: try lines("conversions"), reports: try lines("reports"),
      deadLetters: report.deadLetters.values.reduce(0, +))
  }

  // A file of costs as a platform exports it, with a row that is corrected later, and one that is none.
  @Test func `costs of a file of their own are in the rows of their campaigns`() throws {
    let configuration =
      ShopReplay.configuration.replacing(
        "  - {topic: app-events, format: segment}\n",
        with: "  - {topic: ad-costs, format: mapped, fields: {time: /date}}\n") + """

        reports: {dimensions: [channel]}
        spend:
          - dimension: channel
            when: {/spend: {exists: true}}
            value: /channel
            cost: /spend
            currency: EUR
            clicks: /clicks
            key: [/date, /channel]
        """
    let costs = """
      {"date":"2026-03-05","channel":"Email","spend":99,"clicks":3}
      {"date":"2026-03-05","channel":"Email","spend":"a lot"}
      {"date":"2026-03-05","channel":"Display","spend":10.5}
      {"date":"2026-03-05","channel":"Email","spend":20.25,"clicks":81}
      {"date":"2026-03-06","channel":"Email"}

      """
    let events = [
      #"{"messageId":"a","type":"page","userId":"u","timestamp":"2026-03-05T08:00:00Z","context":{"campaign":{"source":"news","medium":"email"}}}"#,
      #"{"messageId":"b","type":"track","event":"Order Completed","userId":"u","timestamp":"2026-03-05T09:00:00Z","properties":{"revenue":81,"currency":"EUR","order_id":"1"}}"#,
    ].joined(separator: "\n")
    let written = try replay(
      configuration, [("web-events", Array(events.utf8)), ("ad-costs", Array(costs.utf8))])
    #expect(written.deadLetters == 1)
    let email = try #require(
      written.reports.last {
        $0.contains(#""conversion":"purchase""#) && $0.contains(#"EUR/Email""#)
      })
    #expect(email.contains(#""cost":20.25,"clicks":81"#), "\(email)")
    #expect(email.contains(#""return_on_spend":4,"value_per_click":1}"#), "\(email)")
    #expect(email.contains(#""cost_per_customer":20.25"#), "\(email)")
    let display = try #require(written.reports.last { $0.contains(#"EUR/Display""#) })
    #expect(display.contains(#""cost":10.50"#) && display.contains(#""conversions":0"#))
  }

  // A third each, which no decimal is.
  @Test func `a conversion's parts add up to one in the rows`() throws {
    let configuration = """
      inputs: [{topic: web, format: segment}]
      touchpoints: [{name: visit, when: {type: page}}]
      conversions:
        - name: lead
          when: {event: Lead}
          path: {transforms: [unique]}
          models: [linear, participation]
      reports: {dimensions: [campaign]}
      """
    var events = (0..<3).map { hour in
      #"{"messageId":"\#(hour)","type":"page","userId":"u","timestamp":"2026-03-05T0\#(hour):00:00Z","context":{"campaign":{"name":"a"}}}"#
    }
    events.append(
      #"{"messageId":"l","type":"track","event":"Lead","userId":"u","timestamp":"2026-03-05T09:00:00Z"}"#
    )
    let written = try replay(
      configuration, [("web", Array(events.joined(separator: "\n").utf8))])
    let row = try #require(written.reports.last { $0.contains(#""value":"a""#) })
    #expect(row.contains(#""linear":{"conversions":1,"first_conversions":1}"#), "\(row)")
    #expect(row.contains(#""participation":{"conversions":3,"first_conversions":3}"#), "\(row)")
  }

  @Test func `a replay learns, and credits by what it has learned`() throws {
    let configuration =
      ShopReplay.configuration.replacing(
        "      - position_based\n",
        with: "      - position_based\n"
          + "      - data_driven: {order: 2, learn_every: 6h, fewest_paths: 30}\n"
          + "    lookback: 2h\n"
      ) + "\nlate: {accept: 1h}"
    let lines = ShopReplay.lines(
      ShopReplay.traffic(20_000) { settings in
        settings.people = 4_000
        settings.eventsPerSecond = 0.15
      })
    let first = try replay(configuration, [("web-events", lines)])
    let versions = first.conversions.compactMap {
      $0.firstMatch(of: #/"data_driven":{"version":(\d+)/#).flatMap { Int($0.output.1) }
    }
    #expect(versions == versions.sorted() && versions.first == 0)
    #expect(Set(versions) == Set(0...(versions.last ?? 0)) && versions.last ?? 0 > 2)
    #expect(first.conversions.contains { $0.contains(#""method":"markov","order":2}"#) })
    #expect(try replay(configuration, [("web-events", lines)]) == first)
  }
}
