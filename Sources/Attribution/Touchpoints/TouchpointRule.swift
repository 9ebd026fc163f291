/// Says which events are touchpoints. Rules are ordered: the first that matches names the
/// touchpoint.
package struct TouchpointRule: Sendable {
  package let name: String
  package let when: EventRule
  package let interaction: Interaction

  package init(name: String, when: EventRule, interaction: Interaction) {
    self.name = name
    self.when = when
    self.interaction = interaction
  }
}
