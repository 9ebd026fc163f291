import Foundation
import Operations
import Pipeline
import Testing

@Suite struct OperationsDeskTests {
  private static let token = "0123456789abcdef"

  private func answer(
    _ question: HTTPQuestion, token: String? = nil,
    _ figures: PipelineFigures = SampleFigures.running()
  ) -> HTTPAnswer {
    OperationsDesk(
      token: token.map { AccessToken($0) },
      name: .init(application: "app", instance: "i", version: "1.2.3")
    ).answer(
      to: question, figures, process: { ProcessFigures() }, startSeconds: 1,
      at: SampleFigures.now)
  }

  @Test func `a daemon at work is alive and ready`() {
    let alive = answer(.init(path: "/healthz"))
    #expect(alive.status == 200 && alive.body == "alive\n")
    let ready = answer(.init(path: "/readyz"))
    #expect(ready.status == 200 && ready.body == "{\"ready\":true,\"reasons\":[]}\n")
    #expect(ready.mediaType.hasPrefix("application/json"))
  }

  @Test func `one that is not ready says why, as JSON`() throws {
    var figures = SampleFigures.running()
    figures.phase = .preparing(obstacle: "a \"broker\"\n<script>")
    let answer = answer(.init(path: "/readyz"), figures)
    #expect(answer.status == 503)
    let body = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
    #expect(body?["reasons"] as? [String] == ["a \"broker\"\n<script>"])
  }

  @Test func `the page has no way to make markup of a text`() throws {
    let answer = answer(.init(path: "/"))
    #expect(answer.status == 200 && answer.mediaType.hasPrefix("text/html"))
    let script = try #require(answer.body.components(separatedBy: "<script nonce=").last)
    #expect(script.contains("textContent"))
    for way in [
      "innerHTML", "outerHTML", "insertAdjacentHTML", "setHTML", "document.write", "DOMParser",
      "createContextualFragment", "srcdoc", "eval(", "Function(", ".href", ".src",
    ] {
      #expect(!script.contains(way), "\(way)")
    }
  }

  @Test func `one that is stuck is not alive`() {
    var figures = SampleFigures.running()
    figures.workers[0]?.reportedAt = SampleFigures.now - .seconds(200)
    let answer = answer(.init(path: "/healthz"), figures)
    #expect(answer.status == 503 && answer.body.contains("worker 0"))
  }

  @Test(arguments: ["/metrics", "/metrics?", "/metrics?name[]=up&x=../.."])
  func `metrics are text, whatever the parameters`(path: String) {
    let answer = answer(.init(path: path))
    #expect(answer.status == 200)
    #expect(answer.mediaType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(answer.body.contains("afterclick_build_info{version=\"1.2.3\"} 1\n"))
  }

  @Test(arguments: [
    "", "/x", "//metrics", "/metrics/", "/metrics/..", "/../metrics", "/%6detrics", "/METRICS",
    "/..%2f..%2fetc/passwd", "/../../../../etc/passwd", "/healthz\u{0}", "http://x/metrics", "*",
  ])
  func `any other path is not found`(path: String) {
    let answer = answer(.init(path: path))
    #expect(answer.status == 404 && answer.body == "not found\n")
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "X"])
  func `nothing is changed from here`(method: String) {
    let answer = answer(.init(method: method, path: "/metrics"))
    #expect(answer.status == 405 && answer.headers["Allow"] == "GET, HEAD" && answer.closes)
  }

  @Test func `a browser sends the token as a password`() {
    var question = HTTPQuestion(path: "/")
    question.authorization = "Basic " + Data("anybody:\(Self.token)".utf8).base64EncodedString()
    #expect(answer(question, token: Self.token).status == 200)
  }

  @Test func `the page runs what it came with, and nothing else`() throws {
    let (one, other) = (answer(.init(path: "/")), answer(.init(path: "/")))
    let policy = try #require(one.headers["Content-Security-Policy"])
    #expect(one.status == 200 && one.mediaType == "text/html; charset=utf-8")
    #expect(policy.hasPrefix("default-src 'none'; script-src 'nonce-"))
    #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("http"))
    #expect(policy != other.headers["Content-Security-Policy"])
    let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-([0-9a-f]+)'/)).1
    #expect(one.body.ranges(of: "nonce=\"\(nonce)\"").count == 2)
    // Nothing from elsewhere, and nothing that would make markup of text.
    for word in [
      "http:", "https:", "//cdn", "@import", "url(", "innerHTML", "insertAdjacent", "eval(",
    ] {
      #expect(!one.body.contains(word), "\(word)")
    }
  }

  @Test func `bodies and endless paths are refused`() {
    var question = HTTPQuestion(path: "/healthz")
    question.hasBody = true
    #expect(answer(question).status == 413)
    let path = "/metrics?" + String(repeating: "a", count: OperationsDesk.maximumPathBytes)
    #expect(answer(.init(path: path)).status == 414)
  }

  @Test(arguments: [
    ("localhost:9464", true), ("127.0.0.1", true), ("[::1]:9464", true), ("LOCALHOST", true),
    ("evil.example:9464", false), ("127.0.0.1.evil.example", false), ("0.0.0.0", false),
    ("", false), ("[::2]", false),
  ])
  func `without a token only names of this machine are answered`(host: String, isAnswered: Bool) {
    var question = HTTPQuestion(path: "/metrics")
    question.authority = host
    #expect(answer(question).status == (isAnswered ? 200 : 421))
    question.authorization = "Bearer \(Self.token)"
    #expect(answer(question, token: Self.token).status == 200)
  }

  @Test(arguments: [
    nil, "", "Bearer", "Bearer ", "Bearer x", "Basic 0123456789abcdef", "0123456789abcdef",
    "Basic", "Basic !", "Basic Og==", "Basic eDp5", "Basic MDEyMzQ1Njc4OWFiY2RlZg==",
    "Bearer 0123456789abcdef ", "Bearer 0123456789abcde",
  ])
  func `where a token is asked for, only its owner learns more than yes or no`(
    authorization: String?
  ) {
    var figures = SampleFigures.running()
    figures.phase = .preparing(obstacle: "topic secret-topic")
    for path in ["/metrics", "/", "/events", "/x"] {
      var question = HTTPQuestion(path: path)
      question.authorization = authorization
      let answer = answer(question, token: Self.token)
      #expect(answer.status == 401 && answer.headers["WWW-Authenticate"] != nil)
    }
    var question = HTTPQuestion(path: "/readyz")
    question.authorization = authorization
    let refused = answer(question, token: Self.token, figures)
    #expect(refused.status == 503 && refused.body == "{\"ready\":false}\n")
    question.authorization = "bearer \(Self.token)"
    #expect(answer(question, token: Self.token, figures).body.contains("secret-topic"))
  }
}
