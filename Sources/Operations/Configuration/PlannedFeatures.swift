/// What the configuration says about functions that this version does not have.
///
/// It is checked like everything else, so that a file that loads today keeps its meaning.
package struct PlannedFeatures: Hashable, Sendable {
  /// Host and port to listen on.
  package var httpListen: String?

  package init() {}
}
