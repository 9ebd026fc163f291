/// Puts touchpoints that match into a channel. Rules are ordered, the first match wins.
///
/// The conditions see the traffic source: `source` and `medium` are what campaign data, click id
/// and referrer say together.
package struct ChannelRule: Sendable {
  package let channel: String
  /// Also required, if there is one: that the traffic source is a place of this kind. Beside the
  /// condition and not in it, because one look-up then answers for all rules.
  package let source: SourceCategory?
  package let when: EventRule

  package init(channel: String, source: SourceCategory? = nil, when: EventRule) {
    self.channel = channel
    self.source = source
    self.when = when
  }

  /// A rule with its condition as a configuration writes it: `source` and `medium` in it mean the
  /// traffic source, and a medium means all of its usual spellings.
  package init(
    channel: String, source: SourceCategory? = nil, when condition: EventCondition
  ) throws(TextPattern.Invalid) {
    self.init(
      channel: channel, source: source, when: try EventRule(condition.aboutTrafficSource))
  }
}

extension EventCondition {
  /// The condition with the traffic source in place of the event's own campaign data.
  package var aboutTrafficSource: EventCondition {
    switch self {
    case .always, .startsSession: return self
    case .all(let children): return .all(children.map(\.aboutTrafficSource))
    case .any(let children): return .any(children.map(\.aboutTrafficSource))
    case .not(let child): return .not(child.aboutTrafficSource)
    case .field(let field, let tests):
      switch field {
      case FieldIndex(.source): return .field(FieldIndex(.trafficSource), tests)
      case FieldIndex(.medium), FieldIndex(.trafficMedium):
        return .field(FieldIndex(.trafficMedium), tests.map(MediumAliases.expanding))
      default: return self
      }
    }
  }
}
