/// How the weights of the `data_driven` model are to be found in observed paths.
package struct CreditLearner: Hashable, Sendable {
  /// How the contribution of channels is found.
  package enum Method: Hashable, Sendable {
    /// Removal effects of a Markov chain that remembers so many channels.
    case markov(order: Int)
    case shapley
  }

  package var method: Method
  /// Conversions before which nothing is said.
  package var fewestConversions = 100
  /// Paths without a conversion before which nothing is said: if everybody converts, nobody knows why.
  package var fewestOthers = 100
  /// How often weights are learned anew.
  package var interval = TimeSpan.hours(24)

  /// Channels that a Markov chain may remember.
  package static let orders = 1...4

  package init(_ method: Method) {
    self.method = method
  }
}
