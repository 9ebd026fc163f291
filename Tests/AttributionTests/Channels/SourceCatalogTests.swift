import Testing

@testable import Attribution

@Suite struct SourceCatalogTests {
  private func site(_ source: String) -> SourceCatalog.Site? {
    Array(source.utf8).withUnsafeBytes(SourceCatalog.site)
  }

  @Test(arguments: [
    ("google", "google", SourceCategory.search), ("Google.com", "google", .search),
    ("www.google.de", "google", .search), ("google.co.uk", "google", .search),
    ("m.google.com.br", "google", .search), ("images.google.fr", "google", .search),
    ("com.google.android.googlequicksearchbox", "google", .search),
    ("de.search.yahoo.com", "yahoo", .search), ("cn.bing.com", "bing", .search),
    ("search.brave.com", "brave", .search), ("DuckDuckGo", "duckduckgo", .search),
    ("l.facebook.com", "facebook", .social), ("m.facebook.com", "facebook", .social),
    ("fb", "facebook", .social), ("IG", "instagram", .social), ("t.co", "twitter", .social),
    ("x.com", "twitter", .social), ("lnkd.in", "linkedin", .social),
    ("out.reddit.com", "reddit", .social), ("pinterest.co.uk", "pinterest", .social),
    ("de.pinterest.com", "pinterest", .social),
    ("youtube.com", "youtube", .video), ("youtu.be", "youtube", .video),
    ("www.twitch.tv", "twitch", .video), ("Vimeo", "vimeo", .video),
    ("www.amazon.co.jp", "amazon", .shopping), ("smile.amazon.de", "amazon", .shopping),
    ("www.ebay.at", "ebay", .shopping), ("shopping.google.com", "google shopping", .shopping),
    ("idealo.de", "idealo", .shopping),
    ("chatgpt.com", "chatgpt.com", .assistant), ("chat.openai.com", "chatgpt.com", .assistant),
    ("www.perplexity.ai", "perplexity.ai", .assistant),
    ("gemini.google.com", "gemini.google.com", .assistant),
    ("copilot.microsoft.com", "copilot.microsoft.com", .assistant),
    ("edgeservices.bing.com", "copilot.microsoft.com", .assistant),
    ("claude.ai", "claude.ai", .assistant), ("meta.ai", "meta.ai", .assistant),
  ])
  func `a place is known by hosts and names`(
    source: String, name: String, category: SourceCategory
  ) {
    #expect(site(source)?.name == name)
    #expect(site(source)?.category == category)
  }

  @Test(arguments: [
    "", " ", ".", "newsletter", "mail.google.com", "docs.google.com", "aws.amazon.com",
    "mail.yahoo.com", "blog.google", "notfacebook.com", "facebook.com.evil.example",
    "googles", "max.com", "netflix.co", "m.", "m..com", "(direct)", "shop.example.com",
  ])
  func `other places of the same names are not`(source: String) {
    #expect(site(source) == nil)
  }

  @Test func `every listing is found by its own name in its own category`() {
    var owners: [String: String] = [:]
    for category in SourceCategory.allCases {
      for listing in SourceCatalog.listings(category) {
        #expect(site(listing.name)?.name == listing.name)
        #expect(site(listing.name)?.category == category, "\(listing.name)")
        for spelling in Set([listing.name] + listing.spellings) {
          #expect(owners.updateValue(listing.name, forKey: spelling) == nil, "\(spelling) twice")
          #expect(NormalizedText(spelling).string == spelling, "\(spelling) is not normalised")
          let example = spelling.hasSuffix(".*") ? spelling.dropLast(1) + "co.uk" : spelling[...]
          #expect(site(String(example))?.name == listing.name, "\(spelling)")
        }
      }
    }
  }
}
