// Puts rejections in words.
extension JSONReader {
  /// What a rejected field's dead letter says; to be asked before the next document is read.
  func words(for rejected: RejectedField) -> RejectedInput {
    let name = rejected.field == whole ? "the event" : name(of: rejected.field)
    let value = self[rejected.field]
    let message =
      switch rejected.code {
      case .fieldTooLarge:
        "\(name) has \(value.text?.count ?? 0) bytes, more than \(fieldBytes)"
      case .invalidTime: "\(name) is \(value.description), which is no time"
      case .missingTime: "neither the event nor the record has a time"
      case .missingPerson: "there is neither a user id nor an anonymous id"
      case .notAnObject, .unknownType, .wrongType: "\(name) is \(value.description)"
      case .tombstone, .empty, .tooLarge, .invalidJSON, .invalidValue: name
      }
    return RejectedInput(rejected.code, message)
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
      let text = String(
        decoding: self.text ?? UnsafeRawBufferPointer(start: nil, count: 0), as: UTF8.self)
      let beginning = text.prefix(40)
      return beginning.endIndex < text.endIndex ? "\"\(beginning)…\"" : "\"\(text)\""
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
