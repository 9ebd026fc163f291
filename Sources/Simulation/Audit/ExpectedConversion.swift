package import Attribution

/// What the output has to say of one conversion in the end.
package struct ExpectedConversion: Hashable, Sendable {
  package var id: String
  /// Name of the conversion rule.
  package var rule: String
  package var person: String
  package var eventID: String
  package var occurredAt: EventTime
  /// With all its decimals; `nil` if the rule has no value.
  package var value: String?
  package var currency: String?
  /// It was cancelled, or refunded in full: of all the rest only who and when is said.
  package var isRetracted = false
  /// Its own path.
  package var path: ExpectedPath
  package var windows: [ExpectedPath] = []
  package var credits: ExpectedCredit?

  package var touchpoints: [ExpectedTouchpoint] { path.touchpoints }
  package var considered: Int { path.considered }
  package var dropped: [String: Int] { path.dropped }
  package var isUnattributed: Bool { touchpoints.isEmpty }
  package var channelPath: [String] { path.channels }
}

/// An earlier conversion whose path is credited by a later one.
package struct ExpectedCredit: Hashable, Sendable {
  package var conversion: String
  package var id: String
  package var occurredAt: EventTime
  package var path: ExpectedPath
}

/// One of the paths that a conversion is credited by.
package struct ExpectedPath: Hashable, Sendable {
  /// Of a window; `nil` for the conversion's own path.
  package var name: String?
  package var touchpoints: [ExpectedTouchpoint]
  /// Touchpoints inside the longest lookback window, before any was dropped.
  package var considered: Int
  /// How many were dropped, by reason.
  package var dropped: [String: Int]

  package var channels: [String] { touchpoints.map(\.channel) }
}

/// One touchpoint on the path of an expected conversion.
package struct ExpectedTouchpoint: Hashable, Sendable {
  package var eventID: String
  package var occurredAt: EventTime
  package var rule: String
  package var interaction: Interaction
  package var channel: String
  /// How many touchpoints it stands for, after `frequency`.
  package var count: Int
  /// By name of the model.
  package var credit: [String: Fraction]
  /// By name of the model, with all decimals; empty if the conversion has no value.
  package var value: [String: String]
}
