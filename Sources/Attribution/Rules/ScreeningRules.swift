/// Which events are left out because they are not what people did.
package struct ScreeningRules: Sendable {
  /// Leave out events of user agents that name a robot.
  package var bots = true
  /// Leave out events of user agents that fetch pages and pictures ahead of people or for a preview.
  package var prefetches = true
  /// Leave out events that this holds for: own staff, monitoring, what an enrichment calls a robot.
  package var when: EventRule?

  package init() {}
}
