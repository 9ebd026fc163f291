internal import Attribution

/// Reads `ignored_referrers`: sites that a buyer only passes through on the way back. A list in the
/// configuration replaces the built-in one, payment providers.
enum IgnoredReferrers {
  static func read(in document: inout SectionReader) -> [NormalizedText] {
    guard let value = document.optional("ignored_referrers") else {
      let tree = ConfigurationTree.list(PaymentProviders.hosts.map { .text($0.string) })
      document.fillIn("ignored_referrers", tree.value)
      return PaymentProviders.hosts
    }
    return (value.list("a list of hosts such as [paypal.com]") ?? []).compactMap(host)
  }

  private static func host(_ value: ValueReader) -> NormalizedText? {
    if let text = value.scalar, isHost(text) { return NormalizedText(text) }
    value.expected("a host such as paypal.com, without scheme, port and path")
    return nil
  }

  private static func isHost(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253
      && labels.allSatisfy { label in
        !label.isEmpty && label.utf8.allSatisfy { $0 > 0x20 && !"/:?#@*,".utf8.contains($0) }
      }
  }
}
