internal import Attribution

/// The URL parameters that say where a visit came from.
enum CampaignParameter {
  /// Google's names, which everybody uses.
  case utm(EventField)
  /// Matomo's names for the same; the UTM names win over them.
  case matomo(EventField)
  case clickID

  static let table: [(name: ShortName, meaning: CampaignParameter)] =
    [
      (ShortName("utm_source"), .utm(.source)),
      (ShortName("utm_medium"), .utm(.medium)),
      (ShortName("utm_campaign"), .utm(.campaign)),
      (ShortName("utm_term"), .utm(.term)),
      (ShortName("utm_content"), .utm(.content)),
      (ShortName("pk_source"), .matomo(.source)),
      (ShortName("pk_medium"), .matomo(.medium)),
      (ShortName("pk_campaign"), .matomo(.campaign)),
      (ShortName("pk_kwd"), .matomo(.term)),
      (ShortName("pk_keyword"), .matomo(.term)),
      (ShortName("pk_content"), .matomo(.content)),
      (ShortName("mtm_source"), .matomo(.source)),
      (ShortName("mtm_medium"), .matomo(.medium)),
      (ShortName("mtm_campaign"), .matomo(.campaign)),
      (ShortName("mtm_kwd"), .matomo(.term)),
      (ShortName("mtm_keyword"), .matomo(.term)),
      (ShortName("mtm_content"), .matomo(.content)),
    ] + clickIDs.map { (ShortName($0), .clickID) }

  /// The parameters that ad and mail platforms append to the landing page's URL.
  static let clickIDs: [StaticString] = [
    "gclid", "gbraid", "wbraid", "dclid",  // Google
    "fbclid",  // Meta
    "msclkid",  // Microsoft
    "ttclid",  // TikTok
    "twclid",  // X
    "li_fat_id",  // LinkedIn
    "rdt_cid",  // Reddit
    "epik",  // Pinterest
    "sccid",  // Snapchat, which writes ScCid
    "yclid",  // Yandex
    "irclid", "irclickid",  // Impact
    "obclid",  // Outbrain
    "_kx",  // Klaviyo
    "mc_cid",  // Mailchimp
    "ko_click_id",  // Kochava
  ]
}
