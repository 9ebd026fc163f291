import ArgumentParser
import Attribution
import Formats

/// `afterclick-bench formats`: what decoding a page view costs in every format.
struct FormatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formats", abstract: "CPU time of decoding one event, in every format.")

  @Option(help: "Events decoded of each format.") var events = 400_000
  @Option(help: "How often each is measured; the best run counts.") var repetitions = 5

  func run() throws {
    let segment = FormatSamples.segment
    let line = FormatSamples.snowplowLine
    let entity = "/contexts_com_acme_customer_1/0/tier"
    let rows = [
      try row("segment", .segment, segment, goal: 400),
      try row("segment, in a batch of 20", .segment, FormatSamples.batch(of: 20), eventCount: 20),
      try row("snowplow, line", .snowplow, line, pointers: ["/tr_total", "/tr_orderid"]),
      try row("snowplow, line, a rule looks into contexts", .snowplow, line, pointers: [entity]),
      try row("snowplow, JSON", .snowplow, FormatSamples.snowplowObject, pointers: [entity]),
      try row(
        "cloudevents, structured, segment", .cloudEvents(data: .segment),
        FormatSamples.cloudEvent),
      try row(
        "cloudevents, binary, segment", .cloudEvents(data: .segment), segment,
        headers: FormatSamples.headers),
      try row("mapped", .mapped(FormatSamples.mapping), segment),
    ]
    ResultTable(title: "formats: \(events) page views of each, one core", rows: rows).printOut()
  }

  private func row(
    _ name: String, _ format: InputFormat, _ record: String, pointers: [String] = [],
    headers: [(StaticString, StaticString)] = [], eventCount: Int = 1, goal: Double? = nil
  ) throws -> ResultRow {
    var fields = FieldTable()
    for pointer in pointers.isEmpty ? ["/properties/revenue"] : pointers {
      _ = fields.index(ofPointer: pointer)
    }
    let decoder = try EventDecoder(format: format, fields: fields)
    var event = TrackingEvent(fieldsOf: fields)
    let headers = headers.map { InputHeader(name: Self.bytes($0.0), value: Self.bytes($0.1)) }
    let bytes = Array(record.utf8)
    var decoded = 0
    let time = bytes.withUnsafeBytes { bytes in
      let list = UnsafeMutableBufferPointer<InputHeader>.allocate(capacity: headers.count)
      _ = list.initialize(from: headers)
      defer { list.deallocate() }
      let input = InputRecord(
        value: bytes, timestamp: EventTime(milliseconds: 1_772_700_755_000),
        headers: UnsafeBufferPointer(list))
      return CPUTime.least(of: repetitions) {
        for _ in 0..<events / eventCount {
          decoder.begin(input)
          while let found = decoder.next(into: &event) {
            guard case .event = found else { preconditionFailure("\(name): \(found)") }
            decoded += 1
          }
        }
      }
    }
    precondition(decoded == events / eventCount * eventCount * repetitions)
    return ResultRow(
      name: name, value: Double(time) / Double(events / eventCount * eventCount),
      unit: "ns per event", goal: goal, remark: "\(bytes.count / eventCount) bytes")
  }

  private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }
}
