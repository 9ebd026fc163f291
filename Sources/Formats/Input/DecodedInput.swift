/// What a decoder found in a record: an event, or something that is none.
package enum DecodedInput: Hashable, Sendable {
  /// The event that was handed to the decoder has been refilled.
  case event
  case rejected(RejectedInput)
}

/// One event of a record that has many.
package struct DecodedPart {
  /// Its JSON pointer: `/batch/3`.
  package let name: String
  /// The event alone, as it lies in the record; `nil` where it cannot be told from the rest.
  package let bytes: UnsafeRawBufferPointer?
}
