package import Attribution

/// Turns the records of one input into tracking data. Not `Sendable`: one processor owns it.
///
/// Decoding a record of an accepted event allocates nothing once the buffers have grown.
package final class EventDecoder {
  private enum Source {
    case data(DataDecoder)
    case cloudEvents(CloudEvents)
  }

  private let source: Source
  private let limits: InputLimits
  /// Why the record at hand has no events at all.
  private var rejected: RejectedInput?

  /// A decoder that fills the fields of `fields` from records in `format`.
  package init(
    format: InputFormat, fields: FieldTable, limits: InputLimits = InputLimits()
  ) throws(InvalidPointer) {
    self.limits = limits
    switch format {
    case .cloudEvents(let data):
      source = .cloudEvents(
        try CloudEvents(data, fields: fields, fieldBytes: limits.fieldBytes))
    case .segment, .snowplow, .mapped:
      source = .data(
        try DataDecoder(format, fields: fields, fieldBytes: limits.fieldBytes))
    }
  }

  /// Reads a record; `next` then finds what is in it, while the record's bytes are valid.
  package func begin(_ record: InputRecord) {
    rejected = nil
    do throws(RejectedInput) {
      let count = record.value?.count ?? 0
      guard count <= limits.recordBytes else {
        throw RejectedInput(recordBytes: count, limit: limits.recordBytes)
      }
      switch source {
      case .cloudEvents(let events): try events.begin(record)
      case .data(let data):
        guard let bytes = record.value else {
          throw RejectedInput(.tombstone, "the record has no value")
        }
        try data.begin(bytes, Envelope(record: bytes, logged: record.timestamp))
      }
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
    switch source {
    case .data(let data): return data.next(into: &event)
    case .cloudEvents(let events): return events.next(into: &event)
    }
  }

  /// What `next` found last, where it was one event of a record that has many.
  package var part: DecodedPart? {
    switch source {
    case .data(let data): data.part
    case .cloudEvents(let events): events.part
    }
  }

  private func end() {
    switch source {
    case .data(let data): data.end()
    case .cloudEvents(let events): events.end()
    }
  }
}
