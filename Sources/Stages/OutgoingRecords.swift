/// Records that a machine wants published, in order, in one buffer.
///
/// This is the machines' only effect, so it is built for many small ones: bytes are appended to one
/// arena and a record is a few ranges of it.
package struct OutgoingRecords: Sendable {
  /// What a record is for; the composition decides which topic that is.
  package enum Destination: UInt8, CaseIterable, Sendable {
    case journeys, conversions, deadLetters, changelog, audits
    case insights, insightsChangelog, alerts, reports, models
  }

  package struct Record: Sendable {
    package var destination: Destination
    /// `nil` leaves the choice to the producer's partitioner.
    package var partition: Int32?
    package var key: Range<Int>?
    /// `nil` is a tombstone.
    package var value: Range<Int>?
    /// Index into `headers`.
    package var headers: Int?
  }

  package private(set) var bytes: [UInt8] = []
  package private(set) var records: ContiguousArray<Record> = []
  package private(set) var headers: [[(name: String, value: String)]] = []

  package init() {}

  package var isEmpty: Bool { records.isEmpty }
  package var count: Int { records.count }

  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    headers.removeAll()
  }

  /// Appends a record; `nil` for `key` or `value` means a null, not an empty one.
  package mutating func append(
    to destination: Destination, partition: Int32? = nil, key: UnsafeRawBufferPointer?,
    value: UnsafeRawBufferPointer?, headers: [(name: String, value: String)]? = nil
  ) {
    let keyRange = key.map { append($0) }
    let valueRange = value.map { append($0) }
    if let headers { self.headers.append(headers) }
    records.append(
      Record(
        destination: destination, partition: partition, key: keyRange, value: valueRange,
        headers: headers == nil ? nil : self.headers.count - 1))
  }

  package mutating func append(
    to destination: Destination, partition: Int32? = nil, key: [UInt8], value: [UInt8]?
  ) {
    key.withUnsafeBytes { key in
      guard let value else {
        return append(to: destination, partition: partition, key: key, value: nil)
      }
      value.withUnsafeBytes { append(to: destination, partition: partition, key: key, value: $0) }
    }
  }

  private mutating func append(_ part: UnsafeRawBufferPointer) -> Range<Int> {
    let start = bytes.count
    bytes.append(contentsOf: part)
    return start..<bytes.count
  }

  /// Calls `body` with each record's key and value; the pointers are valid during the call.
  package func forEach<Failure: Error>(
    _ body: (Record, _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?)
      throws(Failure) -> Void
  ) throws(Failure) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
      let bytes = UnsafeRawBufferPointer(buffer)
      for record in records {
        try body(
          record, record.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
          record.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) })
      }
    }
  }

  package func headers(of record: Record) -> [(name: String, value: String)] {
    record.headers.map { headers[$0] } ?? []
  }
}
