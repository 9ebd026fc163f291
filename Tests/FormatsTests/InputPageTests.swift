import Attribution
import Formats
import Testing

@Suite struct InputPageTests {
  private func page(_ url: String, context: String = #""x":1"#) throws -> TrackingEvent {
    try #require(try decode(SegmentSamples.page(url: url, context: context)).event)
  }

  @Test(
    arguments: [
      ("https://shop.example/p/1?x=1#top", "shop.example", "/p/1"),
      ("https://Shop.EXAMPLE/P", "shop.example", "/P"),
      ("http://shop.example", "shop.example", "/"), ("http://shop.example?x", "shop.example", "/"),
      ("http://shop.example#x?y", "shop.example", "/"), ("//cdn.example/x", "cdn.example", "/x"),
      ("https://shop.example:8443/a:b", "shop.example", "/a:b"),
      ("https://user:pass@shop.example:80/", "shop.example", "/"),
      ("https://a@b@shop.example/@x", "shop.example", "/@x"),
      ("https://[2001:DB8::1]:8080/x", "[2001:db8::1]", "/x"), ("https://[::1", "[", "/"),
      ("android-app://com.google.android.gm/x", "com.google.android.gm", "/x"),
      ("https://shop.example\\\\evil", "shop.example", "\\evil"),
      ("/only/path?x", nil, "/only/path"), ("shop.example/x", nil, nil),
      ("?utm_source=x", nil, nil),
      ("#", nil, nil), ("mailto:a@b.example", nil, nil), ("https:", nil, nil),
      ("https:/x", nil, nil),
      ("https://", nil, nil), ("https:///x", nil, "/x"), ("://x/y", nil, nil),
      ("about:blank", nil, nil), ("https://ünï.example/ü", "ünï.example", "/ü"),
      ("https://@/", nil, "/"), ("https://:80/", nil, "/"), (" https://x/", nil, nil),
    ] as [(String, String?, String?)])
  func `host and path are those of the URL`(url: String, host: String?, path: String?) throws {
    let event = try page(url)
    #expect(event.string(.host) == host)
    #expect(event.string(.path) == path)
    let referrer = SegmentSamples.track(#""context":{"page":{"referrer":"\#(url)"}}"#)
    #expect(try decode(referrer).event?.string(.referrer) == host)
  }

  @Test(
    arguments: [
      (
        "utm_source=google&utm_medium=cpc&utm_campaign=c&utm_term=t&utm_content=n",
        ["google", "cpc", "c", "t", "n"]
      ),
      ("UTM_Source=Google&uTm_mediuM=CPC", ["Google", "CPC", nil, nil, nil]),
      ("pk_source=a&pk_medium=b&pk_campaign=c&pk_kwd=d&pk_content=e", ["a", "b", "c", "d", "e"]),
      ("pk_keyword=d", [nil, nil, nil, "d", nil]),
      (
        "mtm_source=a&mtm_medium=b&mtm_campaign=c&mtm_kwd=d&mtm_content=e",
        ["a", "b", "c", "d", "e"]
      ),
      ("mtm_keyword=d", [nil, nil, nil, "d", nil]),
      // Google's names win, in whatever order.
      ("mtm_source=m&utm_source=u&pk_campaign=p", ["u", nil, "p", nil, nil]),
      ("utm_source=first&utm_source=second", ["first", nil, nil, nil, nil]),
      ("utm_source=&utm_source=second", ["second", nil, nil, nil, nil]),
      ("utm_source", [nil, nil, nil, nil, nil]), ("utm_source=", [nil, nil, nil, nil, nil]),
      ("utm_source=a=b", ["a=b", nil, nil, nil, nil]),
      ("=x&&utm_source=a&", ["a", nil, nil, nil, nil]),
      ("utm_source=a%20b+c%2Bd", ["a b c+d", nil, nil, nil, nil]),
      ("utm_source=%C3%BC&utm_medium=%f0%9f%98%80", ["ü", "😀", nil, nil, nil]),
      ("utm_source=ü%20", ["ü ", nil, nil, nil, nil]),
      ("utm_source=%", ["%", nil, nil, nil, nil]), ("utm_source=%4", ["%4", nil, nil, nil, nil]),
      ("utm_source=%zz%41", ["%zzA", nil, nil, nil, nil]),
      // Not UTF-8 once decoded: left as it was.
      ("utm_source=%FF+x", ["%FF+x", nil, nil, nil, nil]),
      ("utm_source=%C3", ["%C3", nil, nil, nil, nil]),
      ("xutm_source=a&utm_sourcex=b&utm_=c&utm=d", [nil, nil, nil, nil, nil]),
      ("utm_source=a#utm_medium=b", ["a", nil, nil, nil, nil]),
      ("utm_source=a;utm_medium=b", ["a;utm_medium=b", nil, nil, nil, nil]),
      ("utm_source=a?utm_medium=b", ["a?utm_medium=b", nil, nil, nil, nil]),
    ] as [(String, [String?])])
  func `campaign data is read from the query`(query: String, expected: [String?]) throws {
    let event = try page("https://shop.example/x?\(query)")
    let fields: [EventField] = [.source, .medium, .campaign, .term, .content]
    #expect(fields.map { event.string($0) } == expected)
  }

  @Test(
    arguments: [
      ("gclid=A1", "gclid", "A1"), ("x=1&GCLID=A1", "gclid", "A1"), ("gbraid=a", "gbraid", "a"),
      ("wbraid=a", "wbraid", "a"), ("dclid=a", "dclid", "a"), ("fbclid=a", "fbclid", "a"),
      ("msclkid=a", "msclkid", "a"), ("ttclid=a", "ttclid", "a"), ("twclid=a", "twclid", "a"),
      ("li_fat_id=a", "li_fat_id", "a"), ("rdt_cid=a", "rdt_cid", "a"), ("epik=a", "epik", "a"),
      ("ScCid=a", "sccid", "a"), ("irclid=a", "irclid", "a"), ("irclickid=a", "irclickid", "a"),
      ("_kx=a", "_kx", "a"), ("mc_cid=a", "mc_cid", "a"), ("obclid=a", "obclid", "a"),
      ("ko_click_id=a", "ko_click_id", "a"), ("yclid=a", "yclid", "a"),
      ("fbclid=first&gclid=second", "fbclid", "first"), ("fbclid=&gclid=b", "gclid", "b"),
      ("gclid=%41%2B", "gclid", "A+"), ("gclid", nil, nil), ("gclidx=1", nil, nil),
      ("utm_source=u&gclid=a", "gclid", "a"),
    ] as [(String, String?, String?)])
  func `click ids are read from the query`(query: String, name: String?, id: String?) throws {
    for context in [#""x":1"#, #""campaign":{"source":"own"}"#] {
      let event = try page("https://shop.example/?\(query)", context: context)
      #expect(event.string(.clickIDName) == name)
      #expect(event.string(.clickID) == id)
    }
  }

  @Test(arguments: ClickIDPlatform.parameters)
  func `the click ids of all platforms are read`(name: String) throws {
    let event = try page("https://shop.example/?x=1&\(name.uppercased())=A1")
    #expect(event.string(.clickIDName) == name)
    #expect(event.string(.clickID) == "A1")
  }

  @Test func `an event's own campaign is not mixed with the URL's`() throws {
    let event = try page(
      "https://shop.example/?utm_source=url&utm_medium=url&mtm_campaign=url",
      context: #""campaign":{"source":"own"}"#)
    #expect(event.string(.source) == "own")
    #expect(event.string(.medium) == nil)
    #expect(event.string(.campaign) == nil)
  }

  @Test func `a hostile URL is harmless`() throws {
    let units = ["%", "&", "=", "?", "/", ":", "@", "[", "#", "+", "utm_source=%&", "//", "a:"]
    var urls: [String] = []
    for unit in units {
      let text = String(repeating: unit, count: 16_000 / unit.utf8.count)
      urls += [text, "https://\(text)", "https://x/?\(text)"]
    }
    for url in urls { _ = try page(url) }
  }
}
