package import Attribution

/// Turns the records of one input into tracking events. Not `Sendable`: one processor owns it.
///
/// Decoding a record of an accepted event allocates nothing once the buffers have grown.
package final class EventDecoder {
  private let data: DataDecoder
  /// Set where the data is in CloudEvents.
  private let cloudEvents: CloudEvents?
  /// Whether it is set. To look at the reference itself would count it, for every event.
  private let isWrapped: Bool
  private let envelope = Envelope()
  private let limits: InputLimits
  /// Why the record at hand has no events at all.
  private var rejected: RejectedInput?

  /// A decoder that fills the fields of `fields` from records in `format`.
  package init(
    format: InputFormat, fields: FieldTable, limits: InputLimits = InputLimits()
  ) throws(InvalidPointer) {
    self.limits = limits
    var data = format
    if case .cloudEvents(let inner) = format { data = inner }
    isWrapped = data != format
    self.data = try DataDecoder(
      data, envelope, fields: fields, fieldBytes: limits.fieldBytes)
    cloudEvents =
      isWrapped
      ? try CloudEvents(
        data, self.data, envelope, fields: fields, fieldBytes: limits.fieldBytes) : nil
  }

  /// Reads a record; `next` then finds what is in it, while the record's bytes are valid.
  package func begin(_ record: InputRecord) {
    rejected = nil
    do throws(RejectedInput) {
      let count = record.value?.count ?? 0
      guard count <= limits.recordBytes else {
        throw RejectedInput(recordBytes: count, limit: limits.recordBytes)
      }
      if isWrapped, let cloudEvents { return try cloudEvents.begin(record) }
      guard let bytes = record.value else {
        throw RejectedInput(.tombstone, "the record has no value")
      }
      envelope.reset(record: bytes, logged: record.timestamp)
      try data.begin(bytes)
    } catch {
      end()
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
    if isWrapped, let cloudEvents { return cloudEvents.next(into: &event) }
    return data.next(into: &event)
  }

  /// What `next` found last, where it was one event of a record that has many.
  package var part: DecodedPart? { cloudEvents == nil ? data.part : cloudEvents?.part }

  private func end() {
    data.end()
    cloudEvents?.end()
  }
}
