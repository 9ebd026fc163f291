internal import Attribution

/// Reads events from JSON documents: a document is an event, or a batch of them.
final class JSONEvents {
  enum Format {
    case segment
    case mapped(MappedFields)
    /// As Snowplow's Analytics SDKs write them.
    case snowplow
  }

  private enum Fields {
    case segment(SegmentFormat)
    case mapped(MappedFormat)
    case snowplow(SnowplowObject)
  }

  private enum Progress {
    case none
    case one
    case batch
  }

  let reader: JSONReader
  private let fields: Fields
  /// The configuration's own pointers, each with its field of the event.
  private let pointers: [(source: JSONReader.Field, field: FieldIndex)]
  private let pages = PageFields()

  private var progress = Progress.none
  private let envelope: Envelope
  private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The number of the batch's event that `next` found last.
  private var element: Int?
  private var elements: ElementBytes?
  /// The hash of the record at hand, once an event of it needs one.
  private var contentID: String?

  /// `place` is where the event is in the document.
  init(
    _ format: Format, _ envelope: Envelope, fields table: FieldTable, fieldBytes: Int,
    place: String = ""
  ) throws(InvalidPointer) {
    self.envelope = envelope
    reader = try JSONReader(fieldBytes: fieldBytes, place: place)
    switch format {
    case .segment: fields = .segment(try SegmentFormat(reader))
    case .mapped(let mapping): fields = .mapped(try MappedFormat(mapping, reader))
    case .snowplow: fields = .snowplow(try SnowplowObject(reader))
    }
    var pointers: [(source: JSONReader.Field, field: FieldIndex)] = []
    for (number, pointer) in table.pointers.enumerated() {
      pointers.append((try reader.field(pointer), FieldIndex(pointer: number)))
    }
    self.pointers = pointers
  }

  /// Reads the document; `next` then finds its events.
  func begin(_ bytes: UnsafeRawBufferPointer) throws(RejectedInput) {
    end()
    do throws(JSONReader.Failure) {
      try reader.read(bytes)
    } catch {
      throw error.rejection
    }
    beginRead(bytes)
  }

  /// Makes `next` find the events of the document that the reader has read, which is in `bytes`.
  func beginRead(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    contentID = nil
    end()
    progress = .one
    switch fields {
    case .segment(let segment):
      guard segment.isBatch(reader) else { return }
      segment.fill(envelope, from: reader)
      reader.beginElements(of: segment.batch)
      progress = .batch
    case .snowplow(let object): object.expandEntities()
    case .mapped: break
    }
  }

  /// Leaves the rest of the document unread.
  func end() {
    progress = .none
    element = nil
    elements = nil
  }

  /// Fills `event` with the next one; `nil` after the last.
  func next(into event: inout TrackingEvent) -> DecodedInput? {
    switch progress {
    case .none: return nil
    case .one:
      progress = .none
    case .batch:
      guard reader.nextElement() else {
        progress = .none
        return nil
      }
      element = element.map { $0 + 1 } ?? 0
    }
    if let rejected = decode(into: &event) { return .rejected(reader.words(for: rejected)) }
    return .event
  }

  /// What `next` found last, if it was an event of a batch.
  var part: DecodedPart? {
    guard let element else { return nil }
    let path = reader.place + "/batch"
    var elements = self.elements ?? ElementBytes(ofArrayAt: path, in: bytes)
    let found = elements.bytes(of: element)
    self.elements = elements
    return DecodedPart(name: "\(path)/\(element)", bytes: found)
  }

  /// Decodes the document, or the element of it, that the reader is at.
  private func decode(into event: inout TrackingEvent) -> RejectedField? {
    switch reader[reader.whole].kind {
    case .object, .missing: break
    // An envelope may do without an event inside.
    case .null where !reader.place.isEmpty: break
    case .null, .bool, .integer, .unsigned, .number, .text, .array:
      return RejectedField(.notAnObject, reader.whole)
    }
    event.removeAll()
    reader.copyTexts(into: &event)
    do throws(RejectedField) {
      let hasID: Bool
      switch fields {
      case .segment(let segment):
        hasID = try segment.fill(&event, from: reader, envelope: envelope, pages: pages)
      case .mapped(let mapped):
        hasID = try mapped.fill(&event, from: reader, envelope: envelope, pages: pages)
      case .snowplow(let object):
        hasID = try SnowplowFormat.fill(&event, from: object, envelope: envelope, pages: pages)
      }
      if !hasID { fillID(of: &event) }
      for pointer in pointers {
        try reader.copyValue(pointer.source, to: pointer.field, of: &event)
      }
    } catch {
      return error
    }
    return nil
  }

  private func fillID(of event: inout TrackingEvent) {
    if envelope.setID(of: &event, element: element) { return }
    // A batch is hashed once, however many events without an id it has.
    let hash = contentID ?? ContentID.text(for: envelope.record)
    contentID = hash
    event.setText(.eventID, to: element.map { "\(hash)-\($0)" } ?? hash)
  }
}
