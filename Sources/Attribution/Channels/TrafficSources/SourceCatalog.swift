/// The places on the web that everybody knows, by their hosts and by the names that marketers
/// write into `utm_source`.
package enum SourceCatalog {
  /// One place: its usual name, and how else it appears.
  package struct Site: Sendable {
    /// The source that a visit from there gets: `google`.
    package let name: String
    package let category: SourceCategory
  }

  /// How a site of the lists is written down. The name is one of its spellings. `google.*` is the
  /// site under every country's domain, without subdomains but `www.` and `m.`; any other host
  /// covers its subdomains; text without a dot is a source name.
  struct Listing {
    let name: String
    let spellings: [String]

    init(_ name: String, _ spellings: String...) {
      self.name = name
      self.spellings = spellings
    }
  }

  /// The site that a referrer host or a source names; `nil` if it is not one of ours.
  ///
  /// Cost: tens of nanoseconds; no allocation for ASCII.
  package static func site(_ source: UnsafeRawBufferPointer) -> Site? {
    let host = HostName.bare(source)
    if let site = spellings.value(covering: host) { return site }
    guard let suffix = HostName.publicSuffixStart(host) else { return nil }
    let brand = UnsafeRawBufferPointer(rebasing: host[..<(suffix - 1)])
    if let site = brands.value(of: brand) { return site }
    guard brand.count > 2, brand[0] | 0x20 == UInt8(ascii: "m"), brand[1] == UInt8(ascii: ".")
    else { return nil }
    return brands.value(of: UnsafeRawBufferPointer(rebasing: brand[2...]))
  }

  private static let spellings = HostTable(entries { !$0.hasSuffix(".*") })
  private static let brands = HostTable(
    entries { $0.hasSuffix(".*") }.map { entry in
      (NormalizedText(entry.key.string.dropLast(2)), entry.value)
    })

  private static func entries(
    where isIncluded: (String) -> Bool
  ) -> [(key: NormalizedText, value: Site)] {
    SourceCategory.allCases.flatMap { category in
      listings(category).flatMap { listing in
        ([listing.name] + listing.spellings).filter(isIncluded).map { spelling in
          (NormalizedText(spelling), Site(name: listing.name, category: category))
        }
      }
    }
  }
}
