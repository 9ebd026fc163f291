/// What the output has to say in the end.
package struct ExpectedOutcome: Sendable {
  /// By conversion id.
  package var conversions: [String: ExpectedConversion] = [:]
  /// Conversion ids that several people claim. They are not expected: which one stands is not
  /// defined.
  package var ambiguousIDs: Set<String> = []
  package var unreadable = 0
  package var duplicates = 0
  package var touchpoints = 0
  package var people = 0

  package init() {}
}
