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
}
