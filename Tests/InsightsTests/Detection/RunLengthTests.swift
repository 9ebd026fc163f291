import Testing

@testable import Insights

/// The formula for the run length, against the process itself and against another way to compute it.
@Suite struct RunLengthTests {
  /// Mean arrivals expected until the sum of a drop's evidence exceeds `cells` cells, without any
  /// change, by a Markov chain (Brook and Evans, 1972): the sum is in a cell, climbs to the next in
  /// each small step of time, and falls by an arrival's evidence with each arrival.
  ///
  /// mean(i) = step + (1 − c) mean(i + 1) + c mean(i + 1 − fall), and mean(cells) = 0. The equations
  /// give every mean as the first one plus a known number, so the last tells the first.
  private func meanByMarkovChain(ratio: Double, fall: Int, cells: Int) -> Double {
    let cell = -logarithm(ratio) / Double(fall)
    let step = cell / (1 - ratio)
    // So that e^sum is a fair game, as a likelihood ratio is, in spite of the cells.
    let chance = (1 - Mathematics.exp(-cell)) / (1 - ratio)
    var beyondFirst = [0.0]
    for index in 0..<cells {
      let fallen = beyondFirst[max(0, index + 1 - fall)]
      beyondFirst.append((beyondFirst[index] - step - chance * fallen) / (1 - chance))
    }
    return -beyondFirst[cells]
  }

  private func logarithm(_ number: Double) -> Double { Mathematics.log(number) }

  @Test(arguments: [(0.5, 400, 4.0), (0.5, 400, 8), (0.1, 900, 6), (0.8, 200, 5), (0.8, 200, 12)])
  func `the formula agrees with a Markov chain`(ratio: Double, fall: Int, about: Double) {
    let cell = -logarithm(ratio) / Double(fall)
    let cells = Int(about / cell)
    let byFormula =
      RunLength.untilFalseAlarm(threshold: Double(cells) * cell)
      / RunLength.information(ofRatio: ratio)
    let byChain = meanByMarkovChain(ratio: ratio, fall: fall, cells: cells)
    #expect(abs(byFormula / byChain - 1) < 0.05, "\(byFormula), \(byChain)")
  }

  @Test(arguments: [0.5, 0.1, 1.5])
  func `alarms without a cause are no more frequent than the threshold says`(ratio: Double) {
    var dice = Dice(seed: 7)
    let perBin = 0.5
    let falseAlarmsPerBin = 1.0 / 4_000
    let threshold = RunLength.threshold(
      information: perBin * RunLength.information(ofRatio: ratio), falseAlarms: falseAlarmsPerBin)
    var sum = CumulativeSum()
    var alarms = 0
    let bins = 800_000
    for bin in 0..<bins {
      let count = Double(dice.poisson(perBin))
      sum.add(
        count * logarithm(ratio) + perBin * (1 - ratio), observed: count, expected: perBin,
        bin: Int64(bin))
      if sum.statistic >= threshold {
        alarms += 1
        sum.reset()
      }
    }
    let budget = Double(bins) * falseAlarmsPerBin
    #expect(Double(alarms) < budget * 1.3)
    // And it does not miss its budget by far: that would be evidence wasted.
    #expect(Double(alarms) > budget * 0.4, "\(alarms) of \(budget)")
  }

  @Test func `the threshold gives back the budget it was made for`() {
    for target in [200.0, 1e4, 1e7] {
      let threshold = RunLength.threshold(information: target, falseAlarms: 1)
      #expect(abs(RunLength.untilFalseAlarm(threshold: threshold) / target - 1) < 0.01)
    }
    #expect(RunLength.threshold(information: 0.5, falseAlarms: 1) == RunLength.lowestThreshold)
  }

  @Test func `information of changes, by hand`() {
    // 1 − ½ + ½ ln ½
    #expect(abs(RunLength.information(ofRatio: 0.5) - 0.153_426) < 1e-6)
    #expect(RunLength.information(ofRatio: 0) == 1)
    #expect(RunLength.information(ofRatio: 1) == 0)
    // ¾ ln 1½ + ¼ ln ½
    #expect(abs(SlowEffect.information - 0.130_812) < 1e-6)
  }
}
