import Foundation
import Operations
import Testing

@Suite struct HTTPConfigurationTests {
  private static let token = "0123456789abcdef"

  private func tokenFile(_ text: String) throws -> String {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("afterclick-token-\(UUID().uuidString)")
    try Data(text.utf8).write(to: file)
    return file.path
  }

  private func http(_ yaml: String) throws -> Configuration.HTTP {
    try Configuration.parse("\(Samples.minimal)\nhttp: {\(yaml)}").http
  }

  @Test func `this machine alone is served unless another address is configured`() throws {
    let http = try Configuration.parse(Samples.minimal).http
    #expect(http.address == .init(host: "127.0.0.1", port: 9_464))
    #expect(http.token == nil)
    #expect(try self.http("listen: none").address == nil)
  }

  @Test(arguments: [
    ("127.0.0.1:0", "127.0.0.1", 0), ("localhost:80", "localhost", 80),
    ("'[::1]:9464'", "::1", 9_464), ("127.1.2.3:1", "127.1.2.3", 1),
  ])
  func `loopback needs no token`(listen: String, host: String, port: Int) throws {
    #expect(try http("listen: \(listen)").address == .init(host: host, port: port))
  }

  @Test(arguments: ["0.0.0.0:9464", "'[::]:9464'", "10.0.0.1:1", "shop.example:1", "127.0.0.1.x:1"])
  func `whoever is reachable by others asks for a token`(listen: String) throws {
    let problems = Samples.problems("\(Samples.minimal)\nhttp: {listen: \(listen)}")
    #expect(problems.count == 1)
    #expect(problems[0].hasPrefix("3: http: `token_file` is missing"))
    let path = try tokenFile("\(Self.token)\n")
    let http = try http("listen: \(listen), token_file: \(path)")
    #expect(http.token?.matches(Self.token) == true)
  }

  @Test(arguments: [
    ":9464", "host:", "host:65536", "::1:9464", "a b:1", "[x]:1", "host:-1", "9464",
  ])
  func `an address has a host and a port`(listen: String) {
    let problems = Samples.problems("\(Samples.minimal)\nhttp: {listen: '\(listen)'}")
    #expect(
      problems == [
        "3: http.listen: expected host:port, such as 127.0.0.1:9464, or none, found `\(listen)`"
      ])
  }

  @Test(arguments: ["short", "0123456789abcde f", "0123456789abcdef\n\n", "0123456789äbcdef"])
  func `a token that could be guessed or not be sent is refused, and not shown`(
    text: String
  ) throws {
    let path = try tokenFile(text)
    let problems = Samples.problems("\(Samples.minimal)\nhttp: {token_file: \(path)}")
    #expect(
      problems == [
        """
        3: http.token_file: the file has to hold at least 16 printable ASCII characters without \
        spaces
        """
      ])
  }

  @Test func `a token is never shown`() throws {
    let path = try tokenFile(Self.token)
    let configuration = try Configuration.parse(
      "\(Samples.minimal)\nhttp: {token_file: \(path)}")
    var dumped = ""
    dump(configuration.http, to: &dumped)
    for shown in [
      dumped, "\(configuration)", "\(configuration.http)", String(reflecting: configuration.http),
      configuration.effectiveYAML(),
    ] {
      #expect(!shown.contains(Self.token))
      // Nor its bytes.
      #expect(!shown.contains("48, 49, 50"))
    }
  }

  @Test(arguments: [
    ("0123456789abcdef", true), ("0123456789abcdeF", false), ("0123456789abcde", false),
    ("0123456789abcdef0", false), ("", false),
  ])
  func `a token matches itself alone`(text: String, matches: Bool) {
    #expect(AccessToken(Self.token).matches(text) == matches)
  }
}
