import Testing

@testable import Attribution

@Suite struct TrafficSourceRulesTests {
  @Test func `an event that says nothing is direct`() {
    #expect(TrackingEvent.with([:]).resolved().traffic == "(direct) / (none)")
    let blank = TrackingEvent.with([.source: " ", .medium: "", .referrer: "", .campaign: "\t"])
    #expect(blank.resolved().traffic == "(direct) / (none)")
  }

  @Test(arguments: [
    (" Google ", "CPC\n", "Google / CPC"), ("newsletter", "", "newsletter / (not set)"),
    ("", "E-Mail", "(not set) / E-Mail"), ("größe", "Übrig", "größe / Übrig"),
  ])
  func `campaign data stands as it was sent, trimmed`(
    source: String, medium: String, traffic: String
  ) {
    let event = TrackingEvent.with([
      .source: source, .medium: medium, .clickIDName: "gclid", .clickID: "x",
      .referrer: "facebook.com",
    ])
    #expect(event.resolved().traffic == traffic)
  }

  @Test func `a campaign name alone leaves the source to click id and referrer`() {
    var event = TrackingEvent.with([.campaign: "brand"])
    #expect(event.resolved().traffic == "(not set) / (not set)")
    event.setText(.referrer, to: "www.bing.com")
    #expect(event.resolved().traffic == "bing / organic")
    event.setText(.clickIDName, to: "msclkid")
    #expect(event.resolved().traffic == "bing / cpc")
  }

  @Test func `a source that is a number is spelled out`() {
    var event = TrackingEvent.with([:])
    event.setInteger(FieldIndex(.source), to: 2_024)
    event.setKind(FieldIndex(.medium), to: .object)
    #expect(event.resolved().traffic == "2024 / (not set)")
  }

  @Test(arguments: [
    ("gclid", "google / cpc"), ("gbraid", "google / cpc"), ("wbraid", "google / cpc"),
    ("dclid", "google / display"), ("fbclid", "facebook / social"), ("msclkid", "bing / cpc"),
    ("ttclid", "tiktok / cpc"), ("twclid", "twitter / cpc"), ("li_fat_id", "linkedin / cpc"),
    ("rdt_cid", "reddit / cpc"), ("epik", "pinterest / cpc"), ("ScCid", "snapchat / cpc"),
    ("irclid", "impact / affiliate"), ("_kx", "klaviyo / email"), ("mc_cid", "mailchimp / email"),
    ("obclid", "outbrain / cpc"), (" GCLID ", "google / cpc"),
    ("unheard_of", "github.com / referral"),
  ])
  func `a click id without campaign data implies its platform`(name: String, traffic: String) {
    let event = TrackingEvent.with([
      .clickIDName: name, .clickID: "Cj0K", .referrer: "github.com",
    ])
    #expect(event.resolved().traffic == traffic)
  }

  @Test func `a click id without a value is none`() {
    let event = TrackingEvent.with([.clickIDName: "gclid", .clickID: "", .referrer: "github.com"])
    #expect(event.resolved().traffic == "github.com / referral")
  }

  @Test(arguments: [
    ("www.google.de", "google / organic"), ("duckduckgo.com", "duckduckgo / organic"),
    ("l.instagram.com", "instagram / social"), ("t.co", "twitter / social"),
    ("chatgpt.com", "chatgpt.com / ai-assistant"),
    ("gemini.google.com", "gemini.google.com / ai-assistant"),
    ("www.youtube.com", "youtube / referral"), ("www.amazon.fr", "amazon / referral"),
    ("mail.google.com", "mail.google.com / referral"),
    ("www.Partner.example:443", "partner.example / referral"),
    ("BÜCHER.example", "bücher.example / referral"), ("10.1.2.3:8080", "10.1.2.3 / referral"),
    ("localhost", "localhost / referral"),
  ])
  func `otherwise the referrer decides`(referrer: String, traffic: String) {
    let event = TrackingEvent.with([.referrer: referrer, .host: "www.shop.example"])
    #expect(event.resolved().traffic == traffic)
  }

  @Test(arguments: [
    ("www.shop.example", "www.shop.example"), ("shop.example", "www.shop.example"),
    ("blog.shop.example", "checkout.shop.example"), ("SHOP.example:8443", "www.shop.example"),
    ("a.shop.co.uk", "b.shop.co.uk"),
  ])
  func `the site itself is no referrer`(referrer: String, host: String) {
    let event = TrackingEvent.with([.referrer: referrer, .host: host])
    #expect(event.resolved().traffic == "(direct) / (none)")
  }

  @Test func `a neighbour on a hosting platform is a referrer`() {
    let event = TrackingEvent.with([.referrer: "one.myshopify.com", .host: "two.myshopify.com"])
    #expect(event.resolved().traffic == "one.myshopify.com / referral")
  }

  @Test(arguments: ["paypal.com", "www.paypal.com", "checkout.stripe.com", "x.klarna.com"])
  func `a payment provider takes no credit`(referrer: String) {
    let rules = TrafficSourceRules(ignoredReferrers: PaymentProviders.hosts)
    let event = TrackingEvent.with([.referrer: referrer, .host: "www.shop.example"])
    #expect(event.resolved(by: rules).traffic == "(direct) / (none)")
    #expect(event.resolved().traffic.hasSuffix(" / referral"))
  }

  @Test func `ignoring a referrer covers subdomains and known places, not namesakes`() {
    let ignored = ["WWW.Sso.example", "google.com"].map { NormalizedText($0) }
    let rules = TrafficSourceRules(ignoredReferrers: ignored)
    func traffic(_ referrer: String) -> String {
      TrackingEvent.with([.referrer: referrer]).resolved(by: rules).traffic
    }
    #expect(traffic("login.sso.example") == "(direct) / (none)")
    #expect(traffic("www.google.com") == "(direct) / (none)")
    #expect(traffic("www.google.de") == "google / organic")
    #expect(traffic("notsso.example") == "notsso.example / referral")
  }

  @Test func `ignored referrers do not touch campaign data`() {
    let rules = TrafficSourceRules(ignoredReferrers: PaymentProviders.hosts)
    let event = TrackingEvent.with([
      .source: "paypal", .medium: "email", .referrer: "www.paypal.com",
    ])
    #expect(event.resolved(by: rules).traffic == "paypal / email")
  }

  @Test(arguments: [
    "", ".", "..", ":", ":80", "www.", "[", "[]", "]", "\u{0}", "\u{0}\u{0}.com", "a..b", "-.-",
    "\u{212A}.example", "ſ", "\u{FFFD}\u{FFFD}", "🙂.example", "%00", "' OR 1=1 --",
  ])
  func `hostile text is only text`(text: String) {
    let rules = TrafficSourceRules(ignoredReferrers: [NormalizedText("."), NormalizedText("")])
    let fields: [EventField] = [.source, .medium, .referrer, .host, .clickIDName, .campaign]
    for field in fields {
      for other in fields {
        var event = TrackingEvent.with([:])
        event.setText(field, to: text)
        event.setText(other, to: text)
        let resolved = event.resolved(by: rules)
        #expect(resolved.has(.trafficSource) && resolved.has(.trafficMedium))
      }
    }
  }

  @Test func `huge text costs no more than reading it`() {
    let huge = String(repeating: "ü.a", count: 200_000)
    let event = TrackingEvent.with([.referrer: huge, .host: huge + ".com", .clickIDName: huge])
    let resolved = event.resolved()
    #expect(resolved.string(.trafficSource) == huge)
  }

  @Test func `resolving again changes nothing`() {
    let once = TrackingEvent.with([.referrer: "www.Partner.example"]).resolved()
    #expect(once.resolved().traffic == once.traffic)
  }
}
