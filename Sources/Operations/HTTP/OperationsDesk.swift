internal import Foundation
package import Pipeline

/// Decides what to answer. It performs nothing: no file, no worker, no broker is asked.
package struct OperationsDesk: Sendable {
  /// Longer paths are refused, parameters included.
  package static let maximumPathBytes = 1_024

  private let token: AccessToken?
  private let name: InstanceName

  /// Without a `token`, whoever reaches the address is answered, if it is by a name of this machine.
  package init(token: AccessToken?, name: InstanceName) {
    self.token = token
    self.name = name
  }

  package func answer(
    to question: HTTPQuestion, _ figures: PipelineFigures, process: () -> ProcessFigures,
    startSeconds: Double, at now: ContinuousClock.Instant
  ) -> HTTPAnswer {
    if let refusal = refusal(of: question) { return refusal }
    let health = HealthReport(figures, at: now)
    let isTrusted = isTrusted(question)
    switch question.path.prefix(while: { $0 != "?" }) {
    case "/healthz":
      let body = health.isAlive ? "alive" : lines(health.failures, "not alive", isTrusted)
      return HTTPAnswer(health.isAlive ? 200 : 503, body + "\n")
    case "/readyz":
      return readiness(health, isTrusted)
    case "/metrics":
      guard isTrusted else { return OperationsDesk.unauthorized }
      let report = MetricsReport(
        figures, health: health, process: process(), version: name.version,
        startSeconds: startSeconds)
      return HTTPAnswer(
        200, PrometheusText.text(of: report.families), mediaType: PrometheusText.mediaType)
    case "/":
      return isTrusted ? OperationsDesk.page : OperationsDesk.unauthorized
    case "/events":
      guard isTrusted else { return OperationsDesk.unauthorized }
      var answer = HTTPAnswer(200, "", mediaType: "text/event-stream; charset=utf-8")
      answer.isStream = question.method == "GET"
      return answer
    default:
      return isTrusted ? HTTPAnswer(404, "not found\n") : OperationsDesk.unauthorized
    }
  }

  /// What is wrong with the request, whatever it is for.
  private func refusal(of question: HTTPQuestion) -> HTTPAnswer? {
    var answer: HTTPAnswer
    if question.hasBody {
      answer = HTTPAnswer(413, "no request here has a body\n")
      answer.closes = true
    } else if question.path.utf8.count > OperationsDesk.maximumPathBytes {
      answer = HTTPAnswer(414, "the path is too long\n")
      answer.closes = true
    } else if question.method != "GET", question.method != "HEAD" {
      answer = HTTPAnswer(405, "only GET and HEAD\n")
      answer.headers["Allow"] = "GET, HEAD"
      answer.closes = true
    } else if token == nil, !isOfThisMachine(question.authority) {
      // A page of somebody else's, whose name was made to point here, is in this machine's browser.
      answer = HTTPAnswer(421, "asked for by a name that is not of this machine\n")
      answer.closes = true
    } else {
      return nil
    }
    return answer
  }

  private func isOfThisMachine(_ authority: String?) -> Bool {
    // Browsers always send one.
    guard let authority else { return true }
    let host: Substring
    if authority.hasPrefix("[") {
      host = authority.dropFirst().prefix { $0 != "]" }
    } else {
      host = authority.prefix { $0 != ":" }
    }
    return Configuration.HTTP.Address(host: host.lowercased(), port: 0).isLoopback
  }

  private func isTrusted(_ question: HTTPQuestion) -> Bool {
    guard let token else { return true }
    guard let sent = question.authorization else { return false }
    let parts = sent.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return false }
    switch parts[0].lowercased() {
    case "bearer": return token.matches(parts[1])
    case "basic":
      // Browsers ask people for a name and a password: the token is the password.
      guard let pair = Data(base64Encoded: String(parts[1])),
        let colon = pair.firstIndex(of: UInt8(ascii: ":"))
      else { return false }
      return token.matches(String(decoding: pair[(colon + 1)...], as: UTF8.self))
    default: return false
    }
  }

  private static var page: HTTPAnswer {
    let nonce = LivePage.nonce()
    var answer = HTTPAnswer(
      200, LivePage.html(nonce: nonce), mediaType: "text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = LivePage.policy(nonce: nonce)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
  }

  /// What a watcher is told who knows the conversions up to the one with number `last`, which moves
  /// on.
  package func event(
    _ figures: PipelineFigures, _ conversions: RecentConversions, after last: inout Int,
    at now: ContinuousClock.Instant
  ) -> String {
    let news = conversions.since(last, limit: OperationsDesk.newsPerEvent)
    last = conversions.last
    return LiveSnapshot(figures, name, news: news, at: now).event
  }

  /// Conversions in one event at most; the first one brings some of the past.
  static let newsPerEvent = 50

  private static var unauthorized: HTTPAnswer {
    var answer = HTTPAnswer(401, "a bearer token is needed\n")
    answer.headers["WWW-Authenticate"] = "Bearer, Basic realm=\"Afterclick\""
    return answer
  }

  /// Probes do not send tokens: without one they get a yes or a no, and no names of topics.
  private func lines(_ reasons: [String], _ summary: String, _ isTrusted: Bool) -> String {
    isTrusted ? reasons.joined(separator: "\n") : summary
  }

  private func readiness(_ health: HealthReport, _ isTrusted: Bool) -> HTTPAnswer {
    struct Readiness: Encodable {
      var ready: Bool
      var reasons: [String]?
    }
    let readiness = Readiness(
      ready: health.isReady, reasons: isTrusted ? health.obstacles : nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body: String
    do {
      body = String(decoding: try encoder.encode(readiness), as: UTF8.self)
    } catch {
      preconditionFailure("a flag and texts are always JSON: \(error)")
    }
    return HTTPAnswer(
      health.isReady ? 200 : 503, body + "\n", mediaType: "application/json; charset=utf-8")
  }
}
