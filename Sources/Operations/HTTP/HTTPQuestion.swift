/// What is read of a request. There is no more to it: nothing here takes a body or parameters.
package struct HTTPQuestion: Hashable, Sendable {
  /// In capitals.
  package var method: String
  /// As it was sent, parameters included: it is compared, never decoded, and never names a file.
  package var path: String
  /// The host that the client thinks it is talking to, with or without a port.
  package var authority: String?
  /// What it says of itself, as in `Bearer TOKEN`.
  package var authorization: String?
  /// Whether it announces a body.
  package var hasBody = false

  package init(method: String = "GET", path: String) {
    self.method = method
    self.path = path
  }
}

/// A whole answer.
package struct HTTPAnswer: Hashable, Sendable {
  package var status: Int
  package var mediaType: String
  package var body: String
  /// Headers of this answer alone.
  package var headers: [String: String] = [:]
  /// Nothing more is read from this client.
  package var closes = false
  /// Instead of the body, events follow for as long as the client listens.
  package var isStream = false

  init(_ status: Int, _ body: String, mediaType: String = "text/plain; charset=utf-8") {
    self.status = status
    self.mediaType = mediaType
    self.body = body
  }
}
