/// What a click id says of a visit that brings no campaign data: the platform that set it.
package struct ClickIDPlatform: Hashable, Sendable {
  package let source: String
  package let medium: String

  /// The platform behind a click id's parameter name; `nil` for a parameter that we do not know.
  package static func platform(ofParameter name: UnsafeRawBufferPointer) -> ClickIDPlatform? {
    platforms.value(of: NormalizedText.trimmed(name))
  }

  /// The parameters of all platforms: what the readers of landing pages have to look for.
  package static let parameters = (advertising + messaging + partners).map(\.name)

  private static let platforms = HostTable(
    (advertising + messaging + partners).map { name, source, medium in
      (key: NormalizedText(name), value: ClickIDPlatform(source: source, medium: medium))
    })

  private typealias Entry = (name: String, source: String, medium: String)

  private static let advertising: [Entry] = [
    ("gclid", "google", "cpc"),
    ("gbraid", "google", "cpc"),
    ("wbraid", "google", "cpc"),
    // Display & Video 360 and Campaign Manager. Not `cpm`, the other usual choice: the source being
    // a search engine, every rule for paid media would call that Paid Search.
    ("dclid", "google", "display"),
    // Not paid, unlike its neighbours: Facebook and Instagram append it to every link that leaves
    // them, in posts and messages as in ads, so alone it only says where the visitor came from.
    // Web analytics in general counts it as social, and paid once `utm_medium` says so.
    ("fbclid", "facebook", "social"),
    // Instagram's share link, which is never an ad.
    ("igshid", "instagram", "social"),
    ("igsh", "instagram", "social"),
    ("msclkid", "bing", "cpc"),
    ("yclid", "yandex", "cpc"),
    ("ysclid", "yandex", "organic"),
    ("ttclid", "tiktok", "cpc"),
    ("twclid", "twitter", "cpc"),
    ("li_fat_id", "linkedin", "cpc"),
    ("rdt_cid", "reddit", "cpc"),
    ("epik", "pinterest", "cpc"),
    ("sccid", "snapchat", "cpc"),
    ("qclid", "quora", "cpc"),
    ("obclid", "outbrain", "cpc"),
    ("dicbo", "outbrain", "cpc"),
    ("tblci", "taboola", "cpc"),
    ("vmcid", "yahoo", "cpc"),
  ]

  private static let messaging: [Entry] = [
    ("_kx", "klaviyo", "email"),
    ("mc_cid", "mailchimp", "email"),
    ("mc_eid", "mailchimp", "email"),
    ("_hsenc", "hubspot", "email"),
    ("mkt_tok", "marketo", "email"),
    ("vero_id", "vero", "email"),
  ]

  private static let partners: [Entry] = [
    ("irclid", "impact", "affiliate"),
    ("irgwc", "impact", "affiliate"),
    ("awc", "awin", "affiliate"),
    ("cjevent", "cj", "affiliate"),
    ("ransiteid", "rakuten", "affiliate"),
  ]
}
