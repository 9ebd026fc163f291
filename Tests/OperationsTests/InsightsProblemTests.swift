import Operations
import Testing

/// Mistakes in what is to be watched and reported.
@Suite struct InsightsProblemTests {
  @Test(arguments: [
    (
      "alerts: {false_alarms_per_week: 0}",
      "3: alerts.false_alarms_per_week: expected a number above 0, found `0`"
    ),
    (
      "funnels: [{name: f, steps: [{name: a, when: {}}]}]",
      "3: funnels[0].steps: a funnel needs at least two steps, found 1"
    ),
    (
      "funnels: [{name: f, within: 1h, steps: [{name: a, when: {}}, {name: b, when: {}, within: 2h}]}]",
      "3: funnels[0].steps[1].within: 2h is longer than the whole funnel may take, 1h"
    ),
    (
      "funnels: [{name: f, segments: [device, country, device], steps: [{name: a, when: {}}, {name: b, when: {}}]}]",
      "3: funnels[0].segments[2]: `device` is given twice"
    ),
    (
      "reports: {dimensions: [channel, channel]}",
      "3: reports.dimensions[1]: `channel` is given twice"
    ),
    (
      "funnels: [{name: f, segments_from: thanks, steps: [{name: a, when: {}}, {name: b, when: {}}]}]",
      "3: funnels[0].segments_from: expected first, last, a or b, found `thanks`"
    ),
    (
      "funnels: [{name: f, segments: [chanel], steps: [{name: a, when: {}}, {name: b, when: {}}]}]",
      "3: funnels[0].segments[0]: expected channel, source, medium, campaign, term, content, source_medium, landing_page, referrer, device, country or touchpoint, found `chanel`; did you mean `channel`?"
    ),
  ])
  func `a mistake is named by line, path and what was expected`(yaml: String, expected: String) {
    let problems = Samples.problems(
      """
      inputs: [{topic: t, format: segment}]
      conversions: [{name: c, when: {}}]
      \(yaml)
      """)
    #expect(problems == [expected])
  }
}
