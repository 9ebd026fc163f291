/// The name under which systems that must not know addresses know a person: the SHA-256 of the e-mail
/// address without white space around it and in lower case, in hexadecimal digits, as advertisers and
/// customer-data platforms exchange it.
package enum HashedEmail {
  /// The name of whoever has this address; a hash is taken for what it is. `nil` if it is neither.
  package static func name(of address: UnsafeRawBufferPointer) -> String? {
    let text = NormalizedText.trimmed(address)
    let lowered = text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    if isHash(lowered) { return String(decoding: lowered, as: UTF8.self) }
    guard lowered.contains(UInt8(ascii: "@")) else { return nil }
    return SHA256.hexadecimal(SHA256.digest(lowered))
  }

  private static func isHash(_ text: [UInt8]) -> Bool {
    text.count == 2 * SHA256.digestBytes
      && text.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
