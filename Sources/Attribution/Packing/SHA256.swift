internal import CCrypto

/// The hash of FIPS 180-4, and the keyed one of RFC 2104 over it.
///
/// For ids that leave the process, a few per conversion: nothing here is on the way of every event.
package enum SHA256 {
  package static let digestBytes = Int(SHA256_DIGEST_LENGTH)

  package static func digest(_ message: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: digestBytes) { digest, count in
      _ = CCrypto.SHA256(message, message.count, digest.baseAddress)
      count = digestBytes
    }
  }

  /// The authentication code of `message` under `key`.
  package static func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: digestBytes) { code, count in
      let result = HMAC(
        EVP_sha256(), key, Int32(key.count), message, message.count, code.baseAddress, nil)
      precondition(result != nil, "no code for a key of \(key.count) bytes")
      count = digestBytes
    }
  }

  /// `bytes` in lower-case hexadecimal digits.
  package static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
