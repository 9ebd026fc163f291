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
}
