import Testing

@testable import Attribution

@Suite struct DefaultChannelsTests {
  private let classifier = ChannelClassifier(DefaultChannels.ga4)

  private func channel(_ source: String, _ medium: String, campaign: String = "") -> String {
    classifier.classify(
      TrackingEvent.with([.source: source, .medium: medium, .campaign: campaign]).resolved())
  }

  @Test(arguments: [
    ("", "", "Direct"), ("(direct)", "(none)", "Direct"), ("(direct)", "", "Direct"),
    ("(direct)", "cpc", "Paid Other"), ("direct", "none", "Unassigned"),
    ("amazon", "cpc", "Paid Shopping"), ("www.ebay.de", "paid", "Paid Shopping"),
    ("google", "cpc", "Paid Search"), ("Google", " CPC ", "Paid Search"),
    ("www.google.de", "ppc", "Paid Search"), ("bing", "paidsearch", "Paid Search"),
    ("google", "retargeting", "Paid Search"), ("google", "xcpx", "Paid Search"),
    ("facebook", "cpc", "Paid Social"), ("ig", "paid_social", "Paid Social"),
    ("l.facebook.com", "paid", "Paid Social"), ("tiktok", "cpm", "Paid Social"),
    ("youtube", "cpc", "Paid Video"), ("youtube.com", "cpv", "Paid Video"),
    ("x", "banner", "Display"), ("google", "display", "Display"),
    ("somewhere", "cpm", "Display"), ("somewhere", "Interstitial", "Display"),
    ("somewhere", "expandable", "Display"),
    ("outbrain", "cpc", "Paid Other"), ("somewhere", "PPC", "Paid Other"),
    ("somewhere", "paid-anything", "Paid Other"), ("somewhere", "retargeting", "Paid Other"),
    ("somewhere", "prepaid", "Unassigned"), ("somewhere", "ppc2", "Unassigned"),
  ])
  func `direct, paid and display`(source: String, medium: String, expected: String) {
    #expect(channel(source, medium) == expected)
  }

  @Test(arguments: [
    ("amazon.de", "referral", "Organic Shopping"), ("etsy", "", "Organic Shopping"),
    ("facebook", "social", "Organic Social"), ("m.facebook.com", "referral", "Organic Social"),
    ("somewhere", "social-media", "Organic Social"), ("somewhere", "SM", "Organic Social"),
    ("somewhere", "Social Network", "Organic Social"),
    ("youtube", "referral", "Organic Video"), ("somewhere", "in-video", "Organic Video"),
    ("google", "organic", "Organic Search"), ("baidu", "", "Organic Search"),
    ("somewhere", "Organic", "Organic Search"),
    ("github.com", "referral", "Referral"), ("somewhere", "app", "Referral"),
    ("somewhere", "link", "Referral"),
    ("newsletter", "e-mail", "Email"), ("newsletter", "E-Mail", "Email"),
    ("newsletter", "e mail", "Email"), ("newsletter", "e_mail", "Email"),
    ("Email", "weekly", "Email"), ("newsletter", "emails", "Unassigned"),
    ("impact", "affiliate", "Affiliates"), ("awin", "Affiliates", "Affiliates"),
    ("spotify", "audio", "Audio"), ("sms", "", "SMS"), ("somewhere", "SMS", "SMS"),
    ("somewhere", "web-push", "Mobile Push"), ("somewhere", "mobile", "Mobile Push"),
    ("somewhere", "notification-7", "Mobile Push"), ("firebase", "", "Mobile Push"),
    ("somewhere", "pushy", "Unassigned"),
    ("chatgpt.com", "ai-assistant", "AI Assistants"), ("chatgpt.com", "", "AI Assistants"),
    ("claude.ai", "referral", "AI Assistants"), ("new.assistant", "AI-assistant", "AI Assistants"),
    ("chatgpt.com", "email", "Email"), ("chatgpt.com", "cpc", "Paid Other"),
    ("somewhere", "something", "Unassigned"), ("(not set)", "(not set)", "Unassigned"),
  ])
  func `unpaid channels`(source: String, medium: String, expected: String) {
    #expect(channel(source, medium) == expected)
  }

  @Test(arguments: [
    ("google", "cpc", "x Cross-Network y", "Cross-network"),
    ("(direct)", "(none)", "cross-network", "Direct"),
    ("google", "cpc", "Summer Shopping", "Paid Shopping"),
    ("google", "cpc", "shop-all", "Paid Shopping"), ("google", "cpc", "EShop", "Paid Shopping"),
    ("google", "cpc", "workshop", "Paid Search"), ("google", "cpc", "WORKSHOP", "Paid Search"),
    ("facebook", "cpc", "my shop", "Paid Shopping"),
    ("newsletter", "email", "shop now", "Organic Shopping"),
    ("somewhere", "banner", "shop", "Display"),
    ("google", "organic", "brand", "Organic Search"),
  ])
  func `campaign names`(source: String, medium: String, campaign: String, expected: String) {
    #expect(channel(source, medium, campaign: campaign) == expected)
  }

  @Test(arguments: [
    ("gclid", "Paid Search"), ("dclid", "Display"), ("fbclid", "Organic Social"),
    ("ttclid", "Paid Social"), ("obclid", "Paid Other"), ("mc_cid", "Email"),
    ("irclid", "Affiliates"),
  ])
  func `click ids`(name: String, expected: String) {
    let event = TrackingEvent.with([.clickIDName: name, .clickID: "x"]).resolved()
    #expect(classifier.classify(event) == expected)
  }

  @Test(arguments: [
    ("www.google.com", "Organic Search"), ("t.co", "Organic Social"),
    ("youtu.be", "Organic Video"), ("www.amazon.com", "Organic Shopping"),
    ("www.perplexity.ai", "AI Assistants"), ("partner.example", "Referral"),
    ("pay.shop.example", "Direct"),
  ])
  func `referrers`(host: String, expected: String) {
    let event = TrackingEvent.with([.referrer: host, .host: "www.shop.example"]).resolved()
    #expect(classifier.classify(event) == expected)
  }

  @Test(arguments: [
    ("\u{0}", "\u{0}"), (".", "cp\u{0}"), ("\u{FFFD}", "\u{FFFD}"), ("ſhop", "ﬁ"), ("🙂", "🙂"),
    ("FACEBOO\u{212A}", "cpc"), ("a\nb", "x\ncpc\ny"), ("' OR 1=1 --", "%00"),
  ])
  func `hostile text is only text`(source: String, medium: String) {
    #expect(!channel(source, medium, campaign: source).isEmpty)
  }

  @Test func `text beyond ASCII compares in lower case too`() {
    #expect(channel("FACEBOO\u{212A}", "cpc") == "Paid Social")
    #expect(channel("ÜBER", "E-MAIL") == "Email")
  }

  @Test func `huge text has a channel`() {
    let huge = String(repeating: "ü.a", count: 200_000)
    #expect(channel(huge, huge, campaign: huge) == "Unassigned")
    #expect(channel(huge, "referral") == "Referral")
    #expect(channel("google", huge + "cpc") == "Paid Search")
  }

  @Test func `the channels come in the order of the public definition`() {
    var order: [String] = []
    for rule in DefaultChannels.ga4 where order.last != rule.channel { order.append(rule.channel) }
    #expect(
      order == [
        "Direct", "Cross-network", "Paid Shopping", "Paid Search", "Paid Social", "Paid Video",
        "Display", "Paid Other", "Organic Shopping", "Organic Social", "Organic Video",
        "Organic Search", "AI Assistants", "Referral", "Email", "Affiliates", "Audio", "SMS",
        "Mobile Push", "AI Assistants",
      ])
  }
}
