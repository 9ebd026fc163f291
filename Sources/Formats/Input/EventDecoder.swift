package import Attribution

/// Turns the records of one input into tracking data. Not `Sendable`: one processor owns it.
///
/// Decoding a record of an accepted event allocates nothing once the buffers have grown.
package final class EventDecoder {
  private let data: DataDecoder
  private let limits: InputLimits
  /// Why the record at hand has no events at all.
  private var rejected: RejectedInput?

  /// A decoder that fills the fields of `fields` from records in `format`.
  package init(
    format: InputFormat, fields: FieldTable, limits: InputLimits = InputLimits()
  ) throws(InvalidPointer) {
    self.limits = limits
    data = try DataDecoder(format, fields: fields, fieldBytes: limits.fieldBytes)
  }

  /// Reads a record; `next` then finds what is in it, while the record's bytes are valid.
  package func begin(_ record: InputRecord) {
    rejected = nil
    data.end()
    do throws(RejectedInput) {
      guard let bytes = record.value else {
        throw RejectedInput(.tombstone, "the record has no value")
      }
      guard bytes.count <= limits.recordBytes else {
        throw RejectedInput(recordBytes: bytes.count, limit: limits.recordBytes)
      }
      try data.begin(bytes, Envelope(record: bytes, logged: record.timestamp))
    } catch {
      rejected = error
    }
  }

  /// Refills `event`, which must have the decoder's fields, with the record's next event; `nil`
  /// after the last. Mostly there is one.
  ///
  /// A batch may have events and rejections: each stands for itself.
  package func next(into event: inout TrackingEvent) -> DecodedInput? {
    if let reason = rejected {
      rejected = nil
      return .rejected(reason)
    }
    return data.next(into: &event)
  }

  /// What `next` found last, where it was one event of a record that has many.
  package var part: DecodedPart? { data.part }
}
