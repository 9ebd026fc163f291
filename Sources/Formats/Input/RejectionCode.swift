/// The kinds of rejection. Their raw values are in dead-letter headers and metrics: never rename.
package enum RejectionCode: String, CaseIterable, Sendable {
  /// A record without a value.
  case tombstone
  /// No bytes, or only white space.
  case empty
  /// The record is over `InputLimits.recordBytes`.
  case tooLarge = "too_large"
  /// A text that an event needs is over `InputLimits.fieldBytes`.
  case fieldTooLarge = "field_too_large"
  /// Also invalid UTF-8, too deep nesting and numbers out of range.
  case invalidJSON = "invalid_json"
  /// A line that is not UTF-8.
  case invalidText = "invalid_text"
  /// A line that does not have as many columns as its format.
  case wrongColumns = "wrong_columns"
  /// Not what an input of CloudEvents has to hold.
  case noCloudEvent = "no_cloudevent"
  case notAnObject = "not_an_object"
  /// A field is missing or has a kind of value that it cannot have.
  case wrongType = "wrong_type"
  case missingTime = "missing_time"
  case missingPerson = "missing_person"
  /// A type of event that is not known.
  case unknownType = "unknown_type"
  case invalidTime = "invalid_time"
  /// A conversion whose value is there but cannot be read as a decimal number.
  case invalidValue = "invalid_value"
}
