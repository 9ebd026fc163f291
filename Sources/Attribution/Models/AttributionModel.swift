/// A rule that shares the credit for a conversion among the touchpoints of its path.
package protocol AttributionModel: Sendable {
  /// The name in configuration and output: `linear`.
  var name: String { get }

  /// The parameters as they are reported with every conversion; empty for models without any.
  var parameters: [ModelParameter] { get }

  /// Credits for each touchpoint of `path`, in its order. The path is not empty.
  func credits(for path: Path) -> Credits
}

extension AttributionModel {
  package var parameters: [ModelParameter] { [] }
}

/// A parameter of a model, as reported.
package struct ModelParameter: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case span(TimeSpan)
    /// A share in millionths.
    case millionths(UInt64)
    case text(String)
  }

  package let name: String
  package let value: Value

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}
