import Attribution
import Formats
import Testing

@Suite struct InputDeviceTests {
  @Test(
    arguments: [
      (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
        .mobile
      ),
      (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Mobile Safari/537.36",
        .mobile
      ),
      (
        "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
        .tablet
      ),
      ("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) Version/16.6 Mobile/15E148 Safari", .tablet),
      (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
        .desktop
      ),
      (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_3) AppleWebKit/605.1.15 Safari/605.1.15",
        .desktop
      ),
      ("Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0", .desktop),
      ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/122.0", .desktop),
      ("Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 TV Safari/538.1", .tv),
      ("Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/79 Safari", .tv),
      ("Mozilla/5.0 (Android 13; Mobile; rv:123.0) Gecko/123.0 Firefox/123.0", .mobile),
      ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", nil),
      (
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) Chrome/122 Mobile Safari (compatible; Googlebot/2.1)",
        nil
      ),
      ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/122.0", nil), ("curl/8.5.0", nil),
      ("", nil), ("Microsoft Office", nil),
    ] as [(String, DeviceClass?)])
  func `a user agent tells the device`(userAgent: String, device: DeviceClass?) throws {
    let record = SegmentSamples.track(#""context":{"userAgent":"\#(userAgent)"}"#)
    var event = try #require(try decode(record).event)
    #expect(event.string(.device) == nil)
    event.resolveDevice()
    #expect(event.string(.device) == device?.rawValue)
  }

  @Test func `the tracker's word counts more than the user agent`() throws {
    let context = #""context":{"userAgent":"X11","device":{"type":"watch"}}"#
    var event = try #require(try decode(SegmentSamples.track(context)).event)
    event.resolveDevice()
    #expect(event.string(.device) == "watch")
  }

  @Test(arguments: [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/122.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 11; moto g) Chrome/122.0.0.0 Mobile Safari Chrome-Lighthouse",
    "Mozilla/5.0 (compatible; Baiduspider/2.0)", "Sogou web spider/4.0", "ia_archiver",
    "Pingdom.com_bot_version_1.4", "DatadogSynthetics", "Mediapartners-Google", "PhantomJS/2.1.1",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)", "facebot", "LinkedInBot/1.0",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/99 (compatible; AdsBot-Google-Mobile)",
  ])
  func `robots are known by what they call themselves`(agent: String) {
    #expect(visitor(agent) == .robot)
  }

  @Test(arguments: [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookcatalog/1.0", "WhatsApp/2.23.20.0", "Slack-ImgProxy (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com", "Mozilla/5.0 (compatible) SkypeUriPreview Preview",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) BingPreview/1.0b",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X) Safari/600 (Google Web Preview)",
    "Chrome Privacy Preserving Prefetch Proxy",
  ])
  func `who fetches ahead of people is no person`(agent: String) {
    #expect(visitor(agent) == .prefetch)
  }

  @Test(arguments: [
    "", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/99 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone) [FBAN/FBIOS;FBAV/450.0;FBBV/5]", "python-requests/2.31.0",
    "Java/17.0.2", "okhttp/4.9.1", "Go-http-client/1.1", "analytics-ruby/2.4.0",
    "Mozilla/5.0 (Windows NT 10.0) Chrome/122.0.0.0 Safari/537.36 facebook headles",
  ])
  func `everybody else may be a person`(agent: String) {
    #expect(visitor(agent) == .person)
  }

  private func visitor(_ agent: String) -> UserAgent.Visitor {
    Array(agent.utf8).withUnsafeBytes { UserAgent($0).visitor }
  }
}
