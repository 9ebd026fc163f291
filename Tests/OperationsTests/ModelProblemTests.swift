import Operations
import Testing

@Suite struct ModelProblemTests {
  @Test(arguments: [
    ("models: [lineer]", "models[0]: no model is called `lineer`; did you mean `linear`?"),
    ("models: [linear, linear]", "models[1]: `linear` is given twice"),
    (
      "models: [{w_shaped: {lead: d}}]",
      "models[0].w_shaped.lead: no conversion is called `d`; did you mean `c`?"
    ),
    (
      "models: [{w_shaped: {first: 0.5, last: 0.5}}]",
      "models[0].w_shaped: first, lead_share and last exceed 1 together"
    ),
    (
      "models: [{custom: {weights: {first: 1}}}]",
      "models[0].custom: `by` is missing: expected position, channel or touchpoint"
    ),
    (
      "models: [{custom: {by: channel, weights: {}}}]",
      "models[0].custom.weights: expected names with their weights, such as {first: 2, last: 1}, found a section"
    ),
    (
      "models: [{custom: {by: position, weights: {second: 1}}}]",
      "models[0].custom.weights.second: expected first, last, or a number such as 2 or -2, found `second`"
    ),
    (
      "models: [{custom: {by: touchpoint, weights: {vizit: 1}}}]",
      "models[0].custom.weights.vizit: no touchpoint is called `vizit`; did you mean `visit`?"
    ),
    (
      "models: [{custom: {by: channel, weights: {Email: -1}}}]",
      "models[0].custom.weights.Email: expected a weight from 0 to 1000000 with at most six decimals, found `-1`"
    ),
    (
      "models: [{custom: {name: linear, by: channel, weights: {Email: 1}}}]",
      "models[0].custom.name: `linear` is another model"
    ),
    (
      "models: [{funnel: {steps: {checkout: 1}}}]",
      "models[0].funnel.steps.checkout: no conversion is called `checkout`; the steps of `funnels` cannot be credited in this version"
    ),
    ("models: [{linear: {x: 1}}]", "models[0].linear.x: unknown key"),
    (
      "models: [{time_decay: {half_life: 0s}}]",
      "models[0].time_decay.half_life: expected a duration of at least 1ms, found `0s`"
    ),
    (
      "models: [{position_based: {first: 0.6, last: 0.5}}]",
      "models[0].position_based: first and last exceed 1 together"
    ),
    (
      "models: [{position_based: {first: 0, last: 0}}]",
      "models[0].position_based: first and last are both 0: two touchpoints could not share"
    ),
    (
      "models: [{position_based: {first: -0.1}}]",
      "models[0].position_based.first: expected a share from 0 to 1 with at most six decimals, found `-0.1`"
    ),
  ])
  func `a mistake in a model is named`(keys: String, expected: String) {
    let problems = Samples.problems(
      """
      inputs: [{topic: t, format: segment}]
      conversions: [{name: c, when: {}, \(keys)}]
      """)
    #expect(problems == ["2: conversions[0].\(expected)"])
  }
}
