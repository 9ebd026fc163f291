import Attribution
import Formats

/// What came of one record in a test: its events, and what was rejected of it.
struct Decoded {
  var events: [TrackingEvent] = []
  var rejections: [RejectedInput] = []
  /// Of each rejection: the part's name and bytes, if it is a part.
  var parts: [(name: String, text: String?)?] = []

  /// The first rejection.
  var rejected: RejectedInput? { rejections.first }

  /// The only event, if there is one and no rejection.
  var event: TrackingEvent? { rejected == nil && events.count == 1 ? events[0] : nil }
}

/// A decoder with an event to fill, as a processor has them.
struct Decoding {
  let decoder: EventDecoder
  private(set) var event: TrackingEvent

  init(
    _ format: InputFormat = .segment, pointers: [String] = [],
    limits: InputLimits = InputLimits()
  ) throws {
    var fields = FieldTable()
    for pointer in pointers { _ = fields.index(ofPointer: pointer) }
    decoder = try EventDecoder(format: format, fields: fields, limits: limits)
    event = TrackingEvent(fieldsOf: fields)
  }

  mutating func decode(
    _ record: [UInt8]?, timestamp: EventTime? = nil, headers: [(String, String)] = []
  ) -> Decoded {
    let texts = headers.flatMap { [Array($0.0.utf8), Array($0.1.utf8)] }
    let memory = texts.map { text in
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
      copy.copyBytes(from: text)
      return UnsafeRawBufferPointer(copy)
    }
    defer { memory.forEach { $0.deallocate() } }
    let headers = stride(from: 0, to: memory.count, by: 2).map {
      InputHeader(name: memory[$0], value: memory[$0 + 1])
    }
    return headers.withUnsafeBufferPointer { headers in
      guard let record else {
        return decode(InputRecord(value: nil, timestamp: timestamp, headers: headers))
      }
      return record.withUnsafeBytes { bytes in
        decode(InputRecord(value: bytes, timestamp: timestamp, headers: headers))
      }
    }
  }

  private mutating func decode(_ record: InputRecord) -> Decoded {
    var result = Decoded()
    decoder.begin(record)
    while let found = decoder.next(into: &event) {
      switch found {
      case .event: result.events.append(event)
      case .rejected(let reason):
        result.rejections.append(reason)
        result.parts.append(
          decoder.part.map { part in
            (part.name, part.bytes.map { String(decoding: $0, as: UTF8.self) })
          })
      }
    }
    return result
  }

  mutating func decode(_ record: String, timestamp: EventTime? = nil) -> Decoded {
    decode(Array(record.utf8), timestamp: timestamp)
  }
}

func decode(
  _ record: String, _ format: InputFormat = .segment, pointers: [String] = [],
  timestamp: EventTime? = nil
) throws -> Decoded {
  var decoding = try Decoding(format, pointers: pointers)
  return decoding.decode(record, timestamp: timestamp)
}

extension EventTime {
  /// For tests, which know that `text` is a time.
  static func at(_ text: StaticString) -> EventTime {
    let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard let time = EventTime(text: bytes) else { preconditionFailure("\(text) is no time") }
    return time
  }
}

enum SegmentSamples {
  static let page = """
    {"type":"page","messageId":"4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11","anonymousId":"a-77",\
    "userId":null,"timestamp":"2026-03-05T08:52:34.125Z","receivedAt":"2026-03-05T08:52:35Z",\
    "context":{"campaign":{"source":"google","medium":"cpc","name":"spring","term":"shoes",\
    "content":"a"},"page":{"url":"https://shop.example/p/1?x=1","path":"/p/1",\
    "referrer":"https://www.google.com/"},"userAgent":"Mozilla/5.0 (iPhone)","sessionId":17,\
    "device":{"type":"mobile"},"location":{"country":"DE"},"country":"AT"},"properties":{}}
    """

  static let order = """
    {"type":"track","event":"Order Completed","messageId":"m-1","anonymousId":"a-77",\
    "userId":"u-9","timestamp":"2026-03-05T08:52:34.125Z","properties":{"revenue":66.50,\
    "currency":"EUR","order_id":"o-1","products":[{"sku":"x","n":2},{"sku":"y","n":1}]},\
    "context":{"page":{"url":"https://shop.example/thanks"}}}
    """

  /// A `track` with these members added or replaced.
  static func track(_ members: String) -> String {
    """
    {"type":"track","event":"E","messageId":"m","userId":"u","timestamp":"2026-03-05T08:52:34Z",\
    \(members)}
    """
  }

  /// A `page` event of this URL and with these members of its context.
  static func page(url: String, context: String = #""x":1"#) -> String {
    """
    {"type":"page","messageId":"m","userId":"u","timestamp":"2026-03-05T08:52:34Z",\
    "context":{\(context),"page":{"url":"\(url)"}}}
    """
  }
}
