import Testing

@testable import Attribution

@Suite struct HostNameTests {
  private func bytes(
    of text: String, _ body: (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer
  ) -> String {
    Array(text.utf8).withUnsafeBytes { String(decoding: body($0), as: UTF8.self) }
  }

  @Test(arguments: [
    ("example.com", "example.com"), (" www.example.com. ", "example.com"),
    ("WWW.Example.com:8080", "Example.com"), ("localhost:3000", "localhost"), ("www.", "www"),
    ("", ""), (":80", ""), ("...", ""), ("[::1]:8080", "[::1]"), ("[::1", "[::1"),
    ("wwwexample.com", "wwwexample.com"),
  ])
  func `a bare host is without port, final dot and www`(text: String, host: String) {
    #expect(bytes(of: text, HostName.bare) == host)
  }

  @Test(arguments: [
    ("a.b.example.com", "example.com"), ("example.co.uk", "example.co.uk"),
    ("a.example.co.uk", "example.co.uk"), ("a.b.example.com.br", "example.com.br"),
    ("co.uk", "co.uk"), ("t.co", "t.co"), ("one.myshopify.com", "one.myshopify.com"),
    ("x.one.myshopify.com", "one.myshopify.com"), ("192.168.0.1", "192.168.0.1"),
    ("localhost", "localhost"), ("", ""), (".", "."), ("[::1]", "[::1]"),
    ("com.example", "com.example"), ("a..com", ".com"),
  ])
  func `the registrable domain is one label more than the public suffix`(
    host: String, domain: String
  ) {
    #expect(bytes(of: host, HostName.registrable) == domain)
  }

  @Test(arguments: [
    ("example.com", "example.com", true), ("www.example.com", "blog.Example.com", true),
    ("a.example.co.uk", "b.example.co.uk", true), ("one.co.uk", "two.co.uk", false),
    ("one.github.io", "two.github.io", false), ("10.0.0.1", "10.0.0.2", false),
    ("10.0.0.1:80", "10.0.0.1", true), ("", "", false), ("example.com", "", false),
    ("notexample.com", "example.com", false), ("bücher.example", "www.BÜCHER.example", true),
    ("localhost", "localhost:8080", true),
  ])
  func `hosts of one registrable domain are one site`(left: String, right: String, isSame: Bool) {
    let found = Array(left.utf8).withUnsafeBytes { left in
      Array(right.utf8).withUnsafeBytes { HostName.isSameSite(left, $0) }
    }
    #expect(found == isSame)
  }
}
