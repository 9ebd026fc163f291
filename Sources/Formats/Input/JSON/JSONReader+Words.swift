// Puts rejections in words.
extension JSONReader {
  /// What a rejected field's dead letter says; to be asked before the next document is read.
  func words(for rejected: RejectedField) -> RejectedInput {
    let value = self[rejected.field]
    return RejectedInput(
      rejected.code, field: rejected.field == whole ? "the event" : name(of: rejected.field),
      found: value.description, bytes: value.text?.count ?? 0, limit: fieldBytes)
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value in a message: its kind, and the beginning of a text.
  var description: String {
    switch kind {
    case .missing: return "missing"
    case .null: return "null"
    case .bool: return bool ? "true" : "false"
    case .object: return "an object"
    case .array: return "an array"
    case .integer, .unsigned, .number: return spelledNumber ?? "a number"
    case .text:
      return (self.text ?? UnsafeRawBufferPointer(start: nil, count: 0)).quotation
    }
  }
}

extension JSONReader.Failure {
  /// What the dead letter says.
  var rejection: RejectedInput {
    switch self {
    case .empty: RejectedInput(.empty, "the record holds nothing")
    case .invalid(let reason): RejectedInput(.invalidJSON, reason)
    }
  }
}
