/// Where the parts of a URL are. Any bytes will do: what is not there is empty.
///
/// Lenient as trackers are: everything up to `://` is the scheme, and no part is decoded.
struct WebAddress {
  /// Without user and port; with the brackets of an IPv6 address.
  private(set) var host = 0..<0
  /// Whether the host has upper-case letters.
  private(set) var isHostMixedCase = false
  private(set) var path = 0..<0
  /// After the question mark.
  private(set) var query = 0..<0

  init(_ url: UnsafeRawBufferPointer) {
    var pathStart = 0
    if let start = WebAddress.authorityStart(in: url) {
      pathStart = readHost(from: start, in: url)
    }
    let pathEnd = ByteSearch.firstIndex(of: "?", or: "#", in: url, from: pathStart)
    // Text without scheme and slash may be a host or a path or neither.
    if pathStart > 0 || url.first == UInt8(ascii: "/") { path = pathStart..<pathEnd }
    guard pathEnd < url.count, url[pathEnd] == UInt8(ascii: "?") else { return }
    query = pathEnd + 1..<ByteSearch.firstIndex(of: "#", or: "#", in: url, from: pathEnd + 1)
  }

  /// After `//` at the beginning or after a scheme.
  private static func authorityStart(in url: UnsafeRawBufferPointer) -> Int? {
    var position = 0
    while position < url.count, isInScheme(url[position]) { position += 1 }
    if position > 0 {
      guard position < url.count, url[position] == UInt8(ascii: ":") else { return nil }
      position += 1
    }
    guard position + 2 <= url.count, url[position] == UInt8(ascii: "/"),
      url[position + 1] == UInt8(ascii: "/")
    else { return nil }
    return position + 2
  }

  @inline(__always)
  private static func isInScheme(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
      || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// Between the last `@` and the first `:` after it, or the brackets of an IPv6 address.
  ///
  /// Returns where the path starts. Browsers take a backslash for a slash, so it ends the host.
  private mutating func readHost(from authority: Int, in url: UnsafeRawBufferPointer) -> Int {
    var start = authority
    var colon: Int?
    var bracket: Int?
    var position = authority
    scan: while position < url.count {
      switch url[position] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): break
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): isHostMixedCase = true
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): break scan
      case UInt8(ascii: "@"): (start, colon, bracket) = (position + 1, nil, nil)
      case UInt8(ascii: ":") where colon == nil: colon = position
      case UInt8(ascii: "]") where bracket == nil: bracket = position
      default: break
      }
      position += 1
    }
    if let bracket, url[start] == UInt8(ascii: "[") {
      host = start..<bracket + 1
    } else {
      host = start..<(colon ?? position)
    }
    return position
  }
}
