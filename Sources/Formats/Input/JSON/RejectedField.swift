/// The field for which an event is rejected, before anybody put it in words.
///
/// Thrown only from field to record within one decoder, which returns a `RejectedInput` for it.
struct RejectedField: Error {
  let code: RejectionCode
  let field: JSONReader.Field

  init(_ code: RejectionCode, _ field: JSONReader.Field) {
    self.code = code
    self.field = field
  }
}
