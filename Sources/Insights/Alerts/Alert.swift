package import Attribution

/// One change of state of one incident: what an on-call person, or a relay, is told.
package struct Alert: Hashable, Sendable {
  package enum Status: String, Sendable {
    case firing, resolved
  }

  package enum Kind: String, CaseIterable, Sendable {
    case conversionDrop = "conversion_drop"
    case conversionRise = "conversion_rise"
    case slowStep = "slow_step"
    case volumeDrop = "volume_drop"
    case volumeSpike = "volume_spike"
    case trackingOutage = "tracking_outage"
    case dataQuality = "data_quality"
  }

  /// By how much is lost, in ascending order. The words are PagerDuty's.
  package enum Severity: Int, Comparable, Sendable {
    case info, warning, critical

    package var name: String {
      switch self {
      case .info: "info"
      case .warning: "warning"
      case .critical: "critical"
      }
    }

    package static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  /// Why an alert is over.
  package enum Resolution: String, Sendable {
    /// Counts are what was expected again.
    case recovered
    /// It lasted so long that the new level is now what is expected.
    case acceptedLevel = "accepted_level"
  }

  /// One value of one dimension.
  package struct Segment: Hashable, Sendable {
    package var dimension: String
    package var value: String

    package init(_ dimension: String, _ value: String) {
      self.dimension = dimension
      self.value = value
    }
  }

  /// Whom the incident is in.
  package struct Suspect: Hashable, Sendable {
    /// One segment, or two: those who are in both.
    package var segments: [Segment]
    /// Their share of everything that is missing, or too much.
    package var share: Double

    package init(_ segments: Segment..., share: Double) {
      self.segments = segments
      self.share = share
    }
  }

  /// What was seen since the incident began.
  package struct Observed: Hashable, Sendable {
    package var entered: Double
    package var completed: Double
    /// Completions for each that was expected, times the usual rate.
    package var rate: Double
  }

  /// What should have been seen.
  package struct Expected: Hashable, Sendable {
    package var completed: Double
    package var rate: Double
    /// Where the rate would have been in nineteen cases of twenty.
    package var low: Double
    package var high: Double
  }

  /// What is lost.
  package struct Impact: Hashable, Sendable {
    package var lostConversions: Double
    package var lostPerHour: Double
    /// Of the value of those conversions; absent where conversions have none.
    package var lostValue: Double?
    package var currency: String?
  }

  /// Another place where what broke shows, and which has no alert of its own.
  package struct Affected: Hashable, Sendable {
    package var step: String
    /// `nil` if it is how many begin.
    package var nextStep: String?
    package var kind: Kind
    /// Its part of the alert's.
    package var impact: Impact
    /// When it was over, if before the rest.
    package var resolvedAt: EventTime?

    package init(
      step: String, nextStep: String?, kind: Kind, impact: Impact, resolvedAt: EventTime? = nil
    ) {
      self.step = step
      self.nextStep = nextStep
      self.kind = kind
      self.impact = impact
      self.resolvedAt = resolvedAt
    }
  }

  /// The same for every record of an incident, and for every incident of the same kind at the same
  /// place: a compacted topic holds one record of each.
  package var id: String
  package var status: Status
  package var severity: Severity
  package var kind: Kind
  /// Name of the funnel, or of what is watched for data quality.
  package var subject: String
  package var step: String?
  package var nextStep: String?
  package var segment: Segment?
  package var startedAt: EventTime
  package var detectedAt: EventTime
  package var updatedAt: EventTime
  package var resolvedAt: EventTime?
  package var resolution: Resolution?
  package var observed: Observed
  package var expected: Expected
  /// Of everything that broke at once; `observed` and `expected` are of the place alone.
  package var impact: Impact
  /// Where else it shows.
  package var also: [Affected] = []
  /// Since when only what is in `also` keeps it firing: its own place is as usual again.
  package var lingersSince: EventTime?
  /// Log-likelihood ratio, in nats, that raised the alert.
  package var evidence: Double
  /// The budget it had to be raised within.
  package var falseAlarmsPerWeek: Double
  package var suspects: [Suspect]
  /// One sentence that says what happened, to whom, since when and what it costs.
  package var summary: String
}
