internal import Attribution
internal import Formats
internal import Insights

/// What people did at funnels in minutes that are not judged yet, because others who did something
/// then may not have been heard of.
struct HeldFacts: Sendable {
  struct Fact: Hashable, Sendable {
    var count: Int
    var funnel: String
    var fact: FunnelFact
  }

  private var minutes: [Int64: [Fact]] = [:]
  private(set) var count = 0
  /// The earliest minute; `nil` if nothing is held.
  private(set) var first: Int64?

  /// Facts beyond which the earliest minute is judged, whoever else may be still to come: some tens
  /// of megabytes.
  static let limit = 100_000

  mutating func add(_ fact: Fact, at minute: Int64) {
    minutes[minute, default: []].append(fact)
    count += 1
    first = min(first ?? minute, minute)
  }

  /// Takes out the earliest minute.
  mutating func removeFirst() -> (minute: Int64, facts: [Fact])? {
    guard let minute = first, let facts = minutes.removeValue(forKey: minute) else { return nil }
    count -= facts.count
    first = minutes.keys.min()
    return (minute, facts)
  }
}

extension HeldFacts {
  func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(minutes.count))
    for (minute, facts) in minutes.sorted(by: { $0.key < $1.key }) {
      writer.write(signed: minute)
      writer.write(varint: UInt64(facts.count))
      for fact in facts {
        writer.write(varint: UInt64(fact.count))
        InsightsFact.funnel(fact.funnel, fact.fact).write(to: &writer)
      }
    }
  }

  init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    for _ in 0..<(try reader.readCount()) {
      let minute = try reader.readSigned()
      for _ in 0..<(try reader.readCount()) {
        let count = try reader.readSmall()
        guard case .funnel(let name, let fact) = try InsightsFact(from: &reader) else {
          throw ByteReader.Malformed()
        }
        add(Fact(count: count, funnel: name, fact: fact), at: minute)
      }
    }
  }
}
