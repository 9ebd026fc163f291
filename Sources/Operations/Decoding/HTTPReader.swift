/// Reads `http`: where health and metrics are served.
enum HTTPReader {
  private static let off = "none"

  static func settings(in document: inout SectionReader) -> Configuration.HTTP {
    var section = document.section("http")
    let fallback = Configuration.HTTP.defaultAddress
    let address = section.value(
      "listen", default: Optional(fallback), shownAs: "\(fallback)"
    ) { value -> Configuration.HTTP.Address?? in
      value.scalar == off ? .some(nil) : readAddress(value).map { .some($0) }
    }
    let token = section.optional("token_file").flatMap { value in
      value.text("the path of a file").flatMap { SecretFile.text(at: $0, value) }
        .flatMap { readToken($0, value) }
    }
    let isOpen = !section.entries.contains { $0.key == "token_file" }
    if let address, !address.isLoopback, isOpen {
      section.fail(
        """
        `token_file` is missing: others than this machine can reach \(address), so expected a file \
        with a token that they have to send
        """)
    }
    section.finish()
    return Configuration.HTTP(address: address, token: token)
  }

  private static func readAddress(_ value: ValueReader) -> Configuration.HTTP.Address? {
    if let text = value.scalar, let colon = text.lastIndex(of: ":") {
      var host = text[..<colon]
      let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
      if isBracketed { host = host.dropFirst().dropLast() }
      let isHost = !host.isEmpty && host.contains(":") == isBracketed && !host.contains(" ")
      if isHost, let port = UInt16(text[text.index(after: colon)...]) {
        return .init(host: String(host), port: Int(port))
      }
    }
    value.expected("host:port, such as 127.0.0.1:9464, or none")
    return nil
  }

  private static func readToken(_ text: String, _ value: ValueReader) -> AccessToken? {
    let isPrintable = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    guard isPrintable, text.utf8.count >= AccessToken.minimumLength else {
      value.fail(
        """
        the file has to hold at least \(AccessToken.minimumLength) printable ASCII characters \
        without spaces
        """)
      return nil
    }
    return AccessToken(text)
  }
}
