package import Attribution

/// What is reported of one conversion rule.
package struct ReportShape: Hashable, Sendable {
  /// Name of the conversion rule.
  package var conversion: String
  /// Names of dimensions.
  package var dimensions: [String]
  /// Names of models.
  package var models: [String]
  /// Length of the windows, which begin at whole multiples of it; a day of UTC by default.
  package var window: TimeSpan
  /// How `data_driven` weights are found; `nil` if nobody asks for them.
  package var learner: CreditLearner?

  package init(
    conversion: String, dimensions: [String], models: [String], window: TimeSpan = .days(1)
  ) {
    precondition(window > .zero, "windows of \(window)")
    self.conversion = conversion
    self.dimensions = dimensions
    self.models = models
    self.window = window
  }

  /// What paths are told apart by.
  package static let pathDimension = "channel"

  /// Values that touches bring: of the dimensions, and of the one that makes paths.
  package var values: [String] {
    dimensions.contains(ReportShape.pathDimension)
      ? dimensions : dimensions + [ReportShape.pathDimension]
  }

  /// Which of the values makes paths.
  var pathValue: Int { values.firstIndex(of: ReportShape.pathDimension) ?? dimensions.count }

  /// Rows are said; otherwise it is all about what is learned.
  package var isReported: Bool { !dimensions.isEmpty }

  /// The beginning of the window that `time` is in.
  package func window(of time: EventTime) -> EventTime {
    let length = window.milliseconds
    let remainder = time.milliseconds % length
    return EventTime(
      milliseconds: time.milliseconds - (remainder < 0 ? remainder + length : remainder))
  }
}
