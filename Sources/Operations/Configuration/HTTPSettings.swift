extension Configuration {
  /// Where health and metrics are served, and to whom.
  package struct HTTP: Hashable, Sendable {
    /// A host and a port to listen on.
    package struct Address: Hashable, Sendable, CustomStringConvertible {
      /// A name or a literal address, IPv6 without its brackets.
      package var host: String
      /// 0 is any free one.
      package var port: Int

      package init(host: String, port: Int) {
        self.host = host
        self.port = port
      }

      package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
      }

      /// Whether only this machine can reach it.
      package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
      }
    }

    /// `nil` is nowhere.
    package var address: Address?
    /// Who asks has to know it; `nil`, which only a loopback address allows, is anybody.
    package var token: AccessToken?

    package init(address: Address?, token: AccessToken? = nil) {
      self.address = address
      self.token = token
    }

    package static let defaultAddress = Address(host: "127.0.0.1", port: 9_464)
  }
}

/// What a client has to send to be answered. Descriptions and reflection never show it.
package struct AccessToken: Hashable, Sendable {
  private let bytes: [UInt8]

  /// Fewer characters could be guessed.
  package static let minimumLength = 16

  package init(_ text: String) { bytes = Array(text.utf8) }

  /// Whether `text` is the token. How long it takes tells nothing of where they differ.
  package func matches(_ text: some StringProtocol) -> Bool {
    let other = Array(text.utf8)
    var difference = bytes.count ^ other.count
    for index in bytes.indices {
      difference |= Int(bytes[index] ^ (index < other.count ? other[index] : 0))
    }
    return difference == 0
  }
}

extension AccessToken: CustomStringConvertible, CustomReflectable {
  package var description: String { Secrets.mask }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
