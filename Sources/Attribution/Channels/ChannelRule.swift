/// Puts touchpoints that match into a channel. Rules are ordered, the first match wins.
///
/// The conditions see the traffic source: `source` and `medium` are what campaign data, click id
/// and referrer say together.
package struct ChannelRule: Sendable {
  package let channel: String
  package let when: EventRule

  package init(channel: String, when: EventRule) {
    self.channel = channel
    self.when = when
  }
}
