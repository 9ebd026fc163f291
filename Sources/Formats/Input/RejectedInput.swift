/// Why a record, or a part of it, is no event: what its dead letter says.
package struct RejectedInput: Error, Hashable, Sendable {
  package let code: RejectionCode
  /// For people: the field, what was found, simdjson's reason.
  package let message: String

  package init(_ code: RejectionCode, _ message: String) {
    self.code = code
    self.message = message
  }

  /// A record of more bytes than `InputLimits.recordBytes`, which is `limit`.
  package init(recordBytes count: Int, limit: Int) {
    self.init(.tooLarge, "the record has \(count) bytes, more than \(limit)")
  }

  /// That `field`, whose value is `found`, a text of so many bytes, does not do.
  init(_ code: RejectionCode, field: String, found: String?, bytes: Int, limit: Int) {
    let found = found ?? "missing"
    let message =
      switch code {
      case .fieldTooLarge: "\(field) has \(bytes) bytes, more than \(limit)"
      case .invalidTime: "\(field) is \(found), which is no time"
      case .missingTime: "neither the event nor the record has a time"
      case .missingPerson: "there is neither a user id nor an anonymous id"
      case .notAnObject, .unknownType, .wrongType: "\(field) is \(found)"
      case .tombstone, .empty, .tooLarge, .invalidJSON, .invalidText, .wrongColumns, .invalidValue,
        .noCloudEvent:
        field
      }
    self.init(code, message)
  }
}

extension UnsafeRawBufferPointer {
  /// The beginning of a text, in quotes, as messages show it.
  var quotation: String {
    let text = String(decoding: self, as: UTF8.self)
    let beginning = text.prefix(40)
    return beginning.endIndex < text.endIndex ? "\"\(beginning)…\"" : "\"\(text)\""
  }
}
