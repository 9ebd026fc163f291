import Attribution
import Insights

/// A fault of the watched shop, and what it takes to find it.
struct PlantedFault {
  enum Kind: String, CaseIterable {
    case drop20 = "drop of 20 %"
    case drop50 = "drop of 50 %"
    case drop90 = "drop of 90 %"
    case outage = "total outage"
    case segment50 = "drop of 50 %, one segment"
    case segment90 = "drop of 90 %, one segment"
    case pair90 = "drop of 90 %, two segments"
    case slow = "slow step"
    case gradual = "gradual decay to half"
    case silent = "tracker silent"
    case wide50 = "drop of 50 %, every step"
    case wideSegment70 = "drop of 70 %, one segment, every step"
    case dropAndSlow = "drop of 70 %, next step slow"

    /// Faults that show at one step alone.
    static let narrow: [Kind] = [
      .drop20, .drop50, .drop90, .outage, .segment50, .segment90, .slow, .gradual, .silent,
    ]
    /// Breakages that show at several steps, each of which could raise an alert.
    static let wide: [Kind] = [.wide50, .wideSegment70, .dropAndSlow]
  }

  let kind: Kind
  /// Minutes since the beginning of time.
  let start: Int64
  let end: Int64
  /// The transition that leaves this step; for a silent tracker, that comes to the step after it.
  let step: Int
  /// How many transitions from there on it hits.
  var breadth = 1
  /// It hits only who is in all of these: dimension and value.
  let segments: [(dimension: Int, value: Int)]

  static func minutes(of kind: Kind) -> Int64 {
    switch kind {
    case .drop20: 36 * 60
    case .gradual: 72 * 60
    case .drop50, .slow, .segment50, .wide50, .wideSegment70, .dropAndSlow: 16 * 60
    case .segment90: 12 * 60
    case .pair90: 24 * 60
    case .drop90, .outage, .silent: 8 * 60
    }
  }

  static func breadth(of kind: Kind) -> Int {
    switch kind {
    case .wide50, .wideSegment70: 3
    case .dropAndSlow: 2
    default: 1
    }
  }

  func isActive(at minute: Int64) -> Bool { minute >= start && minute < end }

  /// The steps whose transitions it hits.
  var steps: Range<Int> { step..<(step + breadth) }

  /// Whether it keeps people in `place` from going on from `step`.
  func stops(_ place: [Int], at step: Int) -> Bool {
    kind == .dropAndSlow ? step == self.step : steps.contains(step) && hits(place)
  }

  /// How much longer those take who go on from `step`.
  func slowness(at step: Int) -> Double {
    switch kind {
    case .slow: step == self.step ? 4 : 1
    case .dropAndSlow: step == self.step + 1 ? 4 : 1
    default: 1
    }
  }

  private func hits(_ place: [Int]) -> Bool {
    segments.allSatisfy { place[$0.dimension] == $0.value }
  }

  /// The share of people who still go on, at `minute`.
  func ratio(at minute: Int64) -> Double {
    switch kind {
    case .drop20: return 0.8
    case .drop50, .segment50, .wide50: return 0.5
    case .wideSegment70, .dropAndSlow: return 0.3
    case .drop90, .segment90, .pair90: return 0.1
    case .outage: return 0
    case .gradual: return 1 - 0.5 * Double(minute - start) / Double(end - start)
    case .slow, .silent: return 1
    }
  }

  /// Information in one arrival that would have been, KL(after ‖ before) of Poisson counts; `nil`
  /// where the fault is not one of counts.
  func information(at minute: Int64) -> Double? {
    switch kind {
    case .slow: nil
    case .silent: RunLength.information(ofRatio: 0)
    default: RunLength.information(ofRatio: ratio(at: minute))
    }
  }

  /// The kinds of alert that say what it is.
  var kinds: [Alert.Kind] {
    switch kind {
    case .slow: [.slowStep]
    case .silent: [.trackingOutage]
    case .dropAndSlow: [.conversionDrop, .slowStep]
    default: [.conversionDrop]
    }
  }
}
