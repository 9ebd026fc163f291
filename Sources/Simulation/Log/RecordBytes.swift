internal import Attribution
package import Formats

extension [UInt8]? {
  /// Calls `body` with the bytes, or with `nil`; the pointer is valid during the call.
  fileprivate func withOptionalBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let self else { return try body(nil) }
    return try self.withUnsafeBufferPointer { (buffer) throws(Failure) in
      try body(UnsafeRawBufferPointer(buffer))
    }
  }
}

extension MemoryRecord {
  package func withBytes<Result, Failure: Error>(
    _ body: (_ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?) throws(Failure) ->
      Result
  ) throws(Failure) -> Result {
    try key.withOptionalBytes { (key) throws(Failure) in
      try value.withOptionalBytes { (value) throws(Failure) in try body(key, value) }
    }
  }
}

extension TrafficRecord {
  /// Calls `body` with the record as a log would deliver it, received when it was delivered.
  package func withInputRecord<Result>(_ body: (InputRecord) -> Result) -> Result {
    key.withOptionalBytes { key in
      value.withOptionalBytes { value in
        body(InputRecord(value: value, key: key, timestamp: at))
      }
    }
  }
}
