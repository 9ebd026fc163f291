/// A rule that shares the credit for a conversion among the touchpoints of its path.
package protocol AttributionModel: Sendable {
  /// The name in configuration and output: `linear`.
  var name: String { get }

  /// The parameters as they are reported with every conversion; empty for models without any.
  var parameters: [ModelParameter] { get }

  /// Whether credits are shares of one conversion, so that they sum to one on every path.
  var sharesCredit: Bool { get }

  /// Names of the conversion rules whose conversions on the way the model asks the path for.
  var milestones: [String] { get }

  /// Credits for each touchpoint of `path`, in its order. The path is not empty.
  func credits(for path: Path) -> Credits
}

extension AttributionModel {
  package var parameters: [ModelParameter] { [] }
  package var sharesCredit: Bool { true }
  package var milestones: [String] { [] }
}

/// A parameter of a model, as reported.
package struct ModelParameter: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case span(TimeSpan)
    /// A share in millionths.
    case millionths(UInt64)
    case text(String)
    case number(Int)
    case names([String])
    /// Weights in millionths, in the order of the configuration.
    case weights([NamedWeight])
  }

  package let name: String
  package let value: Value

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// How much something counts beside others: a channel, a position, a step.
package struct NamedWeight: Hashable, Sendable {
  package let name: String
  /// In millionths.
  package let weight: UInt64

  /// `weight` in millionths, at most `Credits.maximumWeight`.
  package init(_ name: String, _ weight: UInt64) {
    precondition(weight <= Credits.maximumWeight, "weight \(weight) of \(name)")
    self.name = name
    self.weight = weight
  }
}
