import Testing

@testable import Attribution

@Suite struct HostTableTests {
  private let table = HostTable([
    (key: NormalizedText("example.com"), value: 1),
    (key: NormalizedText("deep.shop.example.com"), value: 2),
    (key: NormalizedText("Name"), value: 3),
    (key: NormalizedText("bücher.example"), value: 4),
    (key: NormalizedText("example.com"), value: 5),
    (key: NormalizedText(""), value: 6),
  ])

  @Test(arguments: [
    ("example.com", 1), ("EXAMPLE.com", 1), ("www.example.com", 1), ("a.b.example.com", 1),
    ("deep.shop.example.com", 2), ("x.deep.shop.example.com", 2), ("shop.example.com", 1),
    ("name", 3), ("NAME", 3), ("BÜCHER.example", 4), ("www.Bücher.example", 4),
  ])
  func `a host is covered by the smallest domain around it`(host: String, value: Int) {
    #expect(table.value(covering: host) == value)
  }

  @Test(arguments: [
    "", ".", "com", "example", "badexample.com", "example.com.evil", "x.name", ".name",
    "example.org", "exampleXcom", "\u{0}", "ücher.example",
  ])
  func `nothing else is`(host: String) {
    #expect(table.value(covering: host) == nil)
  }

  @Test func `exact text covers no subdomain`() {
    #expect(table.value(of: "Example.com") == 1)
    #expect(table.value(of: "www.example.com") == nil)
    #expect(table.value(of: "") == nil)
  }

  @Test func `text that can be no host is not looked at`() {
    let huge = String(repeating: "a.", count: 500_000) + "example.com"
    #expect(table.value(covering: huge) == nil)
    #expect(table.value(of: String(repeating: "ü", count: 500_000)) == nil)
  }

  @Test func `every key of a large table is found`() {
    let keys = (0..<2_000).map { "host\($0).example" }
    let table = HostTable(keys.enumerated().map { (NormalizedText($1), $0) })
    for (index, key) in keys.enumerated() {
      #expect(table.value(of: key) == index)
      #expect(table.value(covering: "sub." + key) == index)
    }
    #expect(table.value(of: "host2000.example") == nil)
  }

  @Test func `an empty table has nothing`() {
    #expect(HostTable<Int>([]).value(covering: "example.com") == nil)
  }
}

extension HostTable {
  fileprivate func value(of text: String) -> Value? {
    var text = text
    return text.withUTF8 { value(of: UnsafeRawBufferPointer($0)) }
  }

  fileprivate func value(covering host: String) -> Value? {
    var host = host
    return host.withUTF8 { value(covering: UnsafeRawBufferPointer($0)) }
  }
}
