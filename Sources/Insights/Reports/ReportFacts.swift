package import Attribution

/// A conversion as reports count it: its path by dimensions, and what each model gave.
package struct ReportedConversion: Hashable, Sendable {
  /// One touchpoint of the path.
  package struct Touch: Hashable, Sendable {
    package var time: EventTime
    /// As the report's shape asks for them, in their order.
    package var values: [String]

    package init(time: EventTime, values: [String]) {
      self.time = time
      self.values = values
    }
  }

  /// One model's answer, in the order of the path.
  package struct Credit: Hashable, Sendable {
    package var millionths: [Int64]
    /// Empty if the conversion has no value.
    package var values: [Amount]

    package init(millionths: [Int64], values: [Amount]) {
      self.millionths = millionths
      self.values = values
    }
  }

  package var id: String
  /// Counts up; an older revision than what is counted says nothing.
  package var revision: Int
  package var time: EventTime
  package var value: Amount?
  package var currency: String?
  /// Empty if nothing is on it.
  package var touches: [Touch]
  /// In the order of the report's models; empty for an empty path.
  package var credits: [Credit]
  /// It never was: what was counted is taken out.
  package var isRetracted: Bool
  /// When whoever converted first came, as far as that is known.
  package var acquired: EventTime?
  /// Nothing is known of an earlier conversion of that person by the rule.
  package var isFirst: Bool

  package init(
    id: String, revision: Int = 1, time: EventTime, value: Amount? = nil, currency: String? = nil,
    touches: [Touch], credits: [Credit], isRetracted: Bool = false, acquired: EventTime? = nil,
    isFirst: Bool = false
  ) {
    self.id = id
    self.revision = revision
    self.time = time
    self.value = value
    self.currency = currency
    self.touches = touches
    self.credits = credits
    self.isRetracted = isRetracted
    self.acquired = acquired
    self.isFirst = isFirst
  }
}

extension ReportedConversion {
  /// From the first touchpoint to the conversion.
  var lag: TimeSpan { touches.first.map { time - $0.time } ?? .zero }

  /// Whether everything is there that counting it, and taking it out again, will look at.
  func fits(_ shape: ReportShape) -> Bool {
    let valueCount = shape.values.count
    return touches.allSatisfy { $0.values.count == valueCount }
      && credits.count <= shape.models.count
      && credits.allSatisfy { credit in
        credit.millionths.count == touches.count
          && (credit.values.isEmpty || credit.values.count == touches.count)
      }
  }
}

/// Money spent on one value of a dimension, at some time.
package struct ReportedSpend: Hashable, Sendable {
  /// What comes later under the same id takes the place of what came before.
  package var id: String
  package var time: EventTime
  /// Index of the dimension.
  package var dimension: Int
  package var value: String
  package var cost: Amount
  package var currency: String?
  package var clicks: Int

  package init(
    id: String, time: EventTime, dimension: Int, value: String, cost: Amount,
    currency: String? = nil, clicks: Int = 0
  ) {
    self.id = id
    self.time = time
    self.dimension = dimension
    self.value = value
    self.cost = cost
    self.currency = currency
    self.clicks = clicks
  }
}
