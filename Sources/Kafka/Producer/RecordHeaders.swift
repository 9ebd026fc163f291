import CRdKafka

/// Owns an `rd_kafka_headers_t` until librdkafka takes it over with a record.
@safe struct RecordHeaders: ~Copyable {
  private let pointer: OpaquePointer

  init(_ headers: [(name: String, value: [UInt8]?)]) {
    unsafe pointer = rd_kafka_headers_new(headers.count)
    for (name, value) in headers {
      // Fails only for headers that are read-only, which new ones are not.
      if let value {
        unsafe value.withUnsafeBytes { bytes in
          _ = unsafe rd_kafka_header_add(
            pointer, name, -1, bytes.orEmpty.baseAddress, bytes.count)
        }
      } else {
        _ = unsafe rd_kafka_header_add(pointer, name, -1, nil, 0)
      }
    }
  }

  deinit { unsafe rd_kafka_headers_destroy(pointer) }

  /// Passes the headers to a call that takes them over exactly when it succeeds.
  consuming func hand(
    to produce: (OpaquePointer) -> rd_kafka_resp_err_t
  ) -> rd_kafka_resp_err_t {
    let code = unsafe produce(pointer)
    if code == RD_KAFKA_RESP_ERR_NO_ERROR {
      discard self
    } else {
      _ = consume self
    }
    return code
  }
}

extension UnsafeRawBufferPointer {
  /// The same bytes, with an address even if there are none: to C, no address means no value.
  var orEmpty: UnsafeRawBufferPointer {
    guard unsafe baseAddress == nil else { return unsafe self }
    return unsafe UnsafeRawBufferPointer(start: Self.anywhere, count: 0)
  }

  // Safety: never read or written, it only is an address that is not null.
  private nonisolated(unsafe) static let anywhere =
    unsafe UnsafeRawPointer(bitPattern: 1)
}
