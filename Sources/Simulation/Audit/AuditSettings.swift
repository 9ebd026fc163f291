package import Attribution

/// Everything the reference implementation has to be told.
package struct AuditSettings: Sendable {
  /// Ordered: the first that matches names the touchpoint.
  package var touchpoints: [AuditTouchpointRule] = [.visit]
  package var conversions: [AuditConversionRule] = []
  package var adjustments: [AuditAdjustment] = []
  /// How far from a conversion an event may be and still change what it is worth.
  package var adjustWithin = TimeSpan.days(30)
  /// Devices belong to people, whose ids the events of both carry.
  package var stitches = false
  package var sessionTimeout = TimeSpan.minutes(30)
  package var maximumFutureSkew = TimeSpan.minutes(5)
  /// Names the channel of a touchpoint.
  package var channel: @Sendable (AuditEvent) -> String = AuditChannels.channel

  package init() {}
}
