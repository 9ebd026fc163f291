package import Attribution

/// One record as a tracker's collector would publish it.
package struct TrafficRecord: Hashable, Sendable {
  package var key: [UInt8]?
  /// `nil` is a tombstone.
  package var value: [UInt8]?
  /// When it is delivered, which for late records is long after what they report.
  package var at: EventTime

  package init(key: [UInt8]? = nil, value: [UInt8]? = nil, at: EventTime = .distantPast) {
    self.key = key
    self.value = value
    self.at = at
  }
}

extension TrafficRecord {
  /// Appends the record as one line of NDJSON: the value and a line feed. A tombstone has no line.
  ///
  /// A value that holds a line feed, which only garbage does, is written with a space instead.
  package func appendLine(to output: inout [UInt8]) {
    guard let value else { return }
    let start = output.count
    output.append(contentsOf: value)
    for index in start..<output.count where output[index] == UInt8(ascii: "\n") {
      output[index] = UInt8(ascii: " ")
    }
    output.append(UInt8(ascii: "\n"))
  }
}
