package import Attribution

/// Who is told of alerts beside the topic.
package struct RelaySettings: Hashable, Sendable {
  package struct Alertmanager: Hashable, Sendable {
    /// Without the API's path.
    package var url: String
    /// How often it hears of what is still firing: it takes what it hears nothing of for resolved.
    package var resend = TimeSpan.minutes(1)
    /// Sent as a bearer token.
    package var token: RelaySecret?

    package init(url: String) {
      self.url = url
    }
  }

  package struct PagerDuty: Hashable, Sendable {
    package var url = PagerDuty.usualURL
    package var routingKey: RelaySecret

    package static let usualURL = "https://events.pagerduty.com/v2/enqueue"

    package init(routingKey: RelaySecret) {
      self.routingKey = routingKey
    }
  }

  package var alertmanager: Alertmanager?
  package var pagerDuty: PagerDuty?
  /// Where people can look; alerts link to it.
  package var link: String?

  package init() {}

  /// Those that are told.
  package var receivers: Set<RelayReceiver> {
    var receivers: Set<RelayReceiver> = []
    if alertmanager != nil { receivers.insert(.alertmanager) }
    if pagerDuty != nil { receivers.insert(.pagerDuty) }
    return receivers
  }
}

/// What is told of alerts.
package enum RelayReceiver: String, CaseIterable, Sendable {
  case alertmanager
  case pagerDuty = "pagerduty"
}

/// What a receiver has to be sent to be believed. Descriptions and reflection never show it.
package struct RelaySecret: Hashable, Sendable {
  /// For requests, and nothing else.
  let text: String

  package init(_ text: String) { self.text = text }
}

extension RelaySecret: CustomStringConvertible, CustomReflectable {
  package var description: String { Secrets.mask }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
