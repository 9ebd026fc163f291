/// How long a CUSUM runs before it raises a false alarm, and the threshold that follows.
///
/// Sums of log-likelihood ratios restart at zero. For thresholds h that are not small, the mean time
/// to a false alarm is e^h ÷ (ζ² I), where I is the information per unit of time once the change is
/// there, KL(after ‖ before), and ζ ≤ 1 accounts for the jump over the threshold (Tartakovsky,
/// Nikiforov and Basseville, "Sequential Analysis", 2014, on CUSUM; for Brownian motion it is
/// Siegmund's "Sequential Analysis", 1985, (e^h − h − 1) ÷ I). A drop's sum climbs steadily between
/// arrivals and jumps down with each, so there ζ is exactly one. For a rise ζ = 1 is on the safe
/// side: alarms are rarer than the budget.
package enum RunLength {
  /// No threshold is below this, however little there is to watch.
  package static let lowestThreshold = 5.0

  /// Mean information gathered until the first false alarm, with `threshold`, in nats.
  package static func untilFalseAlarm(threshold: Double) -> Double {
    Mathematics.exp(threshold) - threshold - 1
  }

  /// The threshold at which one detector raises `falseAlarms` per unit of time, when that time
  /// brings `information` nats once the change is there.
  package static func threshold(information: Double, falseAlarms: Double) -> Double {
    precondition(falseAlarms > 0, "a budget of \(falseAlarms)")
    let target = information / falseAlarms
    guard target > 1 else { return lowestThreshold }
    // e^h = target + h + 1, by iteration: it converges at once, because h is small beside e^h.
    var threshold = Mathematics.log(target)
    for _ in 0..<3 { threshold = Mathematics.log(target + threshold + 1) }
    return max(lowestThreshold, threshold)
  }

  /// KL(after ‖ before) per expected arrival of Poisson counts whose rate becomes `ratio` times as
  /// high: 1 − ρ + ρ ln ρ.
  package static func information(ofRatio ratio: Double) -> Double {
    ratio > 0 ? 1 - ratio + ratio * Mathematics.log(ratio) : 1
  }

  /// KL(after ‖ before) per trial of a share that goes from `before` to `after`.
  package static func information(ofShare after: Double, from before: Double) -> Double {
    after * Mathematics.log(after / before)
      + (1 - after) * Mathematics.log((1 - after) / (1 - before))
  }
}
