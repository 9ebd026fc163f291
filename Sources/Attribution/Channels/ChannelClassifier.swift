/// Finds the channel of an event whose traffic source is resolved.
///
/// A function of the event alone, so rules about the start of a session see none: only the person's
/// journey knows of sessions, and a channel has to be known before.
package struct ChannelClassifier: Sendable {
  private let rules: [ChannelRule]
  private let comparesCategories: Bool
  /// Everything that the channel of an event depends on, in a fixed order.
  package let fields: [FieldIndex]

  /// `rules` in order of precedence: a configuration's own before the defaults.
  package init(_ rules: [ChannelRule]) {
    self.rules = rules
    comparesCategories = rules.contains { $0.source != nil }
    var fields = rules.reduce(into: Set<FieldIndex>()) { $0.formUnion($1.when.fields) }
    if comparesCategories { fields.insert(FieldIndex(.trafficSource)) }
    self.fields = fields.sorted { $0.position < $1.position }
  }

  /// The channel of the first rule that matches.
  package func classify(_ event: borrowing TrackingEvent) -> String {
    matchingRule(event).map { rules[$0].channel } ?? Channel.unassigned
  }

  /// The index of the rule that names the event's channel; `nil` if none does.
  package func matchingRule(_ event: borrowing TrackingEvent) -> Int? {
    let category = comparesCategories ? ChannelClassifier.category(of: event) : nil
    for index in rules.indices {
      if let required = rules[index].source, required != category { continue }
      if rules[index].when.matches(event) { return index }
    }
    return nil
  }

  private static func category(of event: borrowing TrackingEvent) -> SourceCategory? {
    event.withText(.trafficSource) { source in source.flatMap(SourceCatalog.site)?.category }
  }
}
