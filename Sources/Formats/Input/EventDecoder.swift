package import Attribution

/// Turns the records of one input into tracking events. Not `Sendable`: one processor owns it.
///
/// Decoding a record of an accepted event allocates nothing once the buffers have grown.
package final class EventDecoder {
  private enum Format {
    case segment(SegmentFormat)
    case mapped(MappedFormat)
  }

  private let reader: JSONReader
  private let format: Format
  private let limits: InputLimits
  /// The configuration's own pointers, each with its field of the event.
  private let pointers: [(source: JSONReader.Field, field: FieldIndex)]
  private let pages = PageFields()
  /// The hash of the record at hand, once an event of it needs one.
  private var contentID: String?

  /// A decoder that fills the fields of `fields` from records in `format`.
  package init(
    format: InputFormat, fields: FieldTable, limits: InputLimits = InputLimits()
  ) throws(InvalidPointer) {
    self.limits = limits
    reader = JSONReader(fieldBytes: limits.fieldBytes)
    switch format {
    case .segment: self.format = .segment(try SegmentFormat(reader))
    case .mapped(let mapping): self.format = .mapped(try MappedFormat(mapping, reader))
    }
    var pointers: [(source: JSONReader.Field, field: FieldIndex)] = []
    for (number, pointer) in fields.pointers.enumerated() {
      pointers.append((try reader.field(pointer), FieldIndex(pointer: number)))
    }
    self.pointers = pointers
  }

  /// Calls `each` for every event in the record, with `event` refilled; mostly that is once.
  ///
  /// Returns why the record is no event. A batch may have events and a rejection: its good events
  /// are delivered, and the rejection counts the others. `event` must have the decoder's fields.
  package func decode(
    _ record: InputRecord, into event: inout TrackingEvent, each: (inout TrackingEvent) -> Void
  ) -> RejectedInput? {
    contentID = nil
    guard let bytes = record.value else {
      return RejectedInput(.tombstone, "the record has no value")
    }
    guard bytes.count <= limits.recordBytes else {
      return RejectedInput(recordBytes: bytes.count, limit: limits.recordBytes)
    }
    do throws(JSONReader.Failure) {
      try reader.read(bytes)
    } catch {
      switch error {
      case .empty: return RejectedInput(.empty, "the record holds nothing")
      case .invalid(let reason): return RejectedInput(.invalidJSON, reason)
      }
    }
    if case .segment(let segment) = format, segment.isBatch(reader) {
      return decodeBatch(segment, record, into: &event, each: each)
    }
    if let rejected = decodeOne(record, into: &event) { return reader.words(for: rejected) }
    each(&event)
    return nil
  }

  private func decodeBatch(
    _ segment: SegmentFormat, _ record: InputRecord, into event: inout TrackingEvent,
    each: (inout TrackingEvent) -> Void
  ) -> RejectedInput? {
    let envelope = segment.envelope(reader)
    var first: RejectedInput?
    var rejectedCount = 0
    var count = 0
    reader.beginElements(of: segment.batch)
    while reader.nextElement() {
      if let rejected = decodeOne(record, into: &event, envelope: envelope, element: count) {
        rejectedCount += 1
        if first == nil {
          let words = reader.words(for: rejected)
          first = RejectedInput(words.code, "in /batch/\(count): \(words.message)")
        }
      } else {
        each(&event)
      }
      count += 1
    }
    guard let first else { return nil }
    return RejectedInput(
      first.code, "\(rejectedCount) of \(count) events rejected, the first \(first.message)")
  }

  /// Decodes the document, or the element of it, that the reader is at.
  private func decodeOne(
    _ record: InputRecord, into event: inout TrackingEvent,
    envelope: SegmentFormat.Envelope = SegmentFormat.Envelope(), element: Int? = nil
  ) -> RejectedField? {
    guard reader[JSONReader.whole].kind == .object else {
      return RejectedField(.notAnObject, JSONReader.whole)
    }
    event.removeAll()
    reader.copyTexts(into: &event)
    do throws(RejectedField) {
      let hasID: Bool
      switch format {
      case .segment(let segment):
        hasID = try segment.fill(
          &event, from: reader, record: record, envelope: envelope, pages: pages)
      case .mapped(let mapped):
        hasID = try mapped.fill(&event, from: reader, record: record, pages: pages)
      }
      if !hasID {
        event.setText(.eventID, to: contentID(of: record, element: element))
      }
      for pointer in pointers {
        try reader.copyValue(pointer.source, to: pointer.field, of: &event)
      }
    } catch {
      return error
    }
    return nil
  }

  /// The id of an event that has none. A batch is hashed once, however many such events it has.
  private func contentID(of record: InputRecord, element: Int?) -> String {
    let hash = contentID ?? record.value.map(ContentID.text) ?? ""
    contentID = hash
    return element.map { "\(hash)-\($0)" } ?? hash
  }
}
