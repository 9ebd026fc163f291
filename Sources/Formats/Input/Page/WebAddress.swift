/// Where the parts of a URL are. Any bytes will do: what is not there is empty.
///
/// Lenient as trackers are: everything up to `://` is the scheme, and a part is never decoded.
struct WebAddress {
  /// Without user and port; with the brackets of an IPv6 address.
  private(set) var host = 0..<0
  private(set) var path = 0..<0
  /// After the question mark.
  private(set) var query = 0..<0

  init(_ url: UnsafeRawBufferPointer) {
    var pathStart = 0
    if let start = WebAddress.authorityStart(in: url) {
      pathStart = WebAddress.end(of: start, in: url) { byte in
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
          || byte == UInt8(ascii: "\\")
      }
      host = WebAddress.host(in: start..<pathStart, of: url)
    }
    let pathEnd = WebAddress.end(of: pathStart, in: url) { byte in
      byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }
    // Text without scheme and slash may be a host or a path or neither.
    if pathStart > 0 || url.first == UInt8(ascii: "/") { path = pathStart..<pathEnd }
    if pathEnd < url.count, url[pathEnd] == UInt8(ascii: "?") {
      query = pathEnd + 1..<WebAddress.end(of: pathEnd + 1, in: url) { $0 == UInt8(ascii: "#") }
    }
  }

  @inline(__always)
  private static func end(
    of start: Int, in url: UnsafeRawBufferPointer, where isEnd: (UInt8) -> Bool
  ) -> Int {
    var position = start
    while position < url.count, !isEnd(url[position]) { position += 1 }
    return position
  }

  /// After `//` at the beginning or after a scheme.
  private static func authorityStart(in url: UnsafeRawBufferPointer) -> Int? {
    let colon = end(of: 0, in: url) { byte in
      !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        && byte != UInt8(ascii: "+") && byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".")
    }
    let slash = colon > 0 && colon < url.count && url[colon] == UInt8(ascii: ":") ? colon + 1 : 0
    guard slash + 2 <= url.count, url[slash] == UInt8(ascii: "/"),
      url[slash + 1] == UInt8(ascii: "/")
    else { return nil }
    return slash + 2
  }

  private static func host(
    in authority: Range<Int>, of url: UnsafeRawBufferPointer
  ) -> Range<Int> {
    let user = url[authority].lastIndex(of: UInt8(ascii: "@"))
    let start = user.map { $0 + 1 } ?? authority.lowerBound
    let isLiteral = start < authority.upperBound && url[start] == UInt8(ascii: "[")
    if isLiteral, let end = url[start..<authority.upperBound].firstIndex(of: UInt8(ascii: "]")) {
      return start..<end + 1
    }
    let port = url[start..<authority.upperBound].firstIndex(of: UInt8(ascii: ":"))
    return start..<(port ?? authority.upperBound)
  }
}
