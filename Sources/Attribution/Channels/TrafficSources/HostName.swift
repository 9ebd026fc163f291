/// What can be told of a host from its text alone, without the public suffix list.
package enum HostName {
  private static let dot = UInt8(ascii: ".")

  /// The part of `text` that names the host: without white space, port, final dot and `www.`, which
  /// only splits one place in two.
  package static func bare(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let trimmed = NormalizedText.trimmed(text)
    var start = 0
    var end = trimmed.count
    // An IPv6 address is full of colons and has its port behind a bracket.
    if trimmed.first == UInt8(ascii: "[") {
      end = trimmed.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? end
      return UnsafeRawBufferPointer(rebasing: trimmed[..<end])
    }
    if let colon = trimmed.firstIndex(of: UInt8(ascii: ":")) { end = colon }
    while end > start, trimmed[end - 1] == dot { end -= 1 }
    if hasPrefix("www.", trimmed), end > 4 { start = 4 }
    return UnsafeRawBufferPointer(rebasing: trimmed[start..<end])
  }

  /// Whether two hosts are of one site, so that a link from one to the other brings nobody new:
  /// `shop.example.com` and `example.com`, but not two shops of one hosting platform.
  package static func isSameSite(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool {
    let left = registrable(bare(left))
    let right = registrable(bare(right))
    guard !left.isEmpty, !right.isEmpty else { return false }
    guard !left.contains(where: { $0 >= 0x80 }), !right.contains(where: { $0 >= 0x80 }) else {
      return NormalizedText(String(decoding: left, as: UTF8.self))
        == NormalizedText(String(decoding: right, as: UTF8.self))
    }
    return left.count == right.count
      && zip(left, right).allSatisfy {
        NormalizedText.lowercased($0) == NormalizedText.lowercased($1)
      }
  }

  /// The domain that somebody registered: the public suffix and one label before it.
  package static func registrable(_ host: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let suffix = publicSuffixStart(host) else { return host }
    return UnsafeRawBufferPointer(rebasing: host[startOfLabel(endingAt: suffix - 1, host)...])
  }

  /// Where the part begins under which anybody can register: `de`, `co.uk`, `github.io`. `nil` for
  /// an address and for text that is nothing but a suffix.
  package static func publicSuffixStart(_ host: UnsafeRawBufferPointer) -> Int? {
    guard let last = host.last, last != UInt8(ascii: "]"), !isDigit(last) else { return nil }
    var start = startOfLabel(endingAt: host.count, host)
    guard start > 1 else { return nil }
    let second = startOfLabel(endingAt: start - 1, host)
    let label = UnsafeRawBufferPointer(rebasing: host[second..<start - 1])
    let domain = UnsafeRawBufferPointer(rebasing: host[second...])
    let isCountry = host.count - start == 2
    if isCountry && countrySecondLevels.value(of: label) != nil
      || hostingPlatforms.value(of: domain) != nil
    {
      start = second
    }
    return start > 1 ? start : nil
  }

  private static func startOfLabel(endingAt end: Int, _ host: UnsafeRawBufferPointer) -> Int {
    var start = max(end, 0)
    while start > 0, host[start - 1] != dot { start -= 1 }
    return start
  }

  private static func hasPrefix(_ prefix: StaticString, _ text: UnsafeRawBufferPointer) -> Bool {
    prefix.withUTF8Buffer { prefix in
      text.count >= prefix.count
        && zip(prefix, text).allSatisfy { $0 == NormalizedText.lowercased($1) }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Labels that many countries put before their own: `co.uk`, `com.br`.
  private static let countrySecondLevels = keys([
    "ac", "co", "com", "edu", "gob", "gov", "gouv", "ne", "net", "nom", "or", "org",
  ])

  /// Domains that give each customer a name of their own.
  private static let hostingPlatforms = keys([
    "azurewebsites.net", "bigcartel.com", "blogspot.com", "carrd.co", "cloudfront.net",
    "firebaseapp.com", "fly.dev", "github.io", "gitlab.io", "herokuapp.com", "jimdosite.com",
    "myshopify.com", "mystrikingly.com", "neocities.org", "netlify.app", "onrender.com",
    "pages.dev", "squarespace.com", "substack.com", "surge.sh", "tumblr.com", "vercel.app",
    "web.app", "webflow.io", "weebly.com", "wixsite.com", "wordpress.com", "workers.dev",
  ])

  private static func keys(_ names: [String]) -> HostTable<Bool> {
    HostTable(names.map { (NormalizedText($0), true) })
  }
}
