internal import Foundation
internal import FoundationNetworking

/// Tells receivers of alerts, over HTTP.
package struct RelayClient: Sendable {
  /// What a receiver said.
  package enum Answer: Hashable, Sendable {
    case accepted
    /// It will never take this, whoever sends it.
    case refused(reason: String)
    /// It may take it later.
    case unavailable(reason: String)
  }

  private let settings: RelaySettings
  private let application: String
  private let session: URLSession

  /// For one request, from beginning to end.
  private static let patience = 10.0
  /// Of an answer, what a log line quotes.
  private static let quoted = 200

  package init(_ settings: RelaySettings, application: String) {
    self.settings = settings
    self.application = application
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = RelayClient.patience
    configuration.timeoutIntervalForResource = RelayClient.patience
    configuration.httpShouldSetCookies = false
    session = URLSession(configuration: configuration)
  }

  /// Sends `messages` as one request where the receiver takes several, otherwise the first. Says how
  /// many were sent.
  package func send(
    _ messages: [RelayLedger.Message], to receiver: RelayReceiver
  ) async -> (count: Int, answer: Answer) {
    switch receiver {
    case .alertmanager:
      guard let target = settings.alertmanager else { break }
      let alerts = messages.map {
        $0.alert.forAlertmanager(application: application, link: settings.link)
      }
      let answer = await post(alerts, to: target.url + "/api/v2/alerts", token: target.token)
      if case .refused = answer, messages.count > 1 {
        // One of them is at fault: the others must not go with it.
        return await send([messages[0]], to: receiver)
      }
      return (messages.count, answer)
    case .pagerDuty:
      guard let target = settings.pagerDuty, let message = messages.first else { break }
      let event = message.alert.forPagerDuty(
        application: application, routingKey: target.routingKey.text, link: settings.link)
      var answer = await post(event, to: target.url, token: nil)
      // A key that PagerDuty does not know is a mistake of the configuration, too.
      if case .refused(let reason) = answer, reason.contains("routing") {
        answer = .unavailable(reason: reason)
      }
      return (1, answer)
    }
    return (messages.count, .accepted)
  }

  private func post(
    _ body: some Encodable & Sendable, to address: String, token: RelaySecret?
  ) async -> Answer {
    guard let url = URL(string: address) else { return .unavailable(reason: "no URL: \(address)") }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    if let token {
      request.setValue("Bearer \(token.text)", forHTTPHeaderField: "Authorization")
    }
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      request.httpBody = try encoder.encode(body)
      let (data, response) = try await session.data(for: request)
      return RelayClient.answer(
        (response as? HTTPURLResponse)?.statusCode ?? 0,
        String(decoding: data.prefix(RelayClient.quoted), as: UTF8.self))
    } catch {
      return .unavailable(reason: (error as NSError).localizedDescription)
    }
  }

  /// Mistakes of ours are refused for good. A wrong address, token or key is a mistake of the
  /// configuration: with another one, nothing will be lost.
  static func answer(_ status: Int, _ text: String) -> Answer {
    let reason = text.isEmpty ? "HTTP \(status)" : "HTTP \(status): \(text)"
    switch status {
    case 200..<300: return .accepted
    case 400, 413, 422: return .refused(reason: reason)
    default: return .unavailable(reason: reason)
    }
  }
}
