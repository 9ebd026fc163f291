internal import Attribution
internal import HTTPTypes
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix
package import Pipeline
internal import ServiceLifecycle
internal import Synchronization

/// Serves health and metrics over HTTP, on a thread of its own, for as long as the daemon runs.
package struct OperationsServer: Sendable {
  /// What a client may cost.
  package enum Limits {
    /// Connections at a time; others wait until one is closed.
    package static let connections = 64
    /// Of one header, and of the path.
    package static let headerBytes = 4_096
    package static let allHeaderBytes = 16_384
    package static let headerCount = 64
    /// How long a connection may say nothing, or take for the head of a request.
    package static let idleSeconds: Int64 = 15
    /// How long one answer may take to be read.
    package static let answerSeconds: Int64 = 15
    /// People who watch the live page at a time; more are told to come back.
    package static let watchers = 16
    /// How long one of them is served before the browser has to ask again.
    package static let watchSeconds: Int64 = 3_600
    /// How long a client that was refused may go on before it is cut off.
    package static let lingerSeconds: Int64 = 2
  }

  /// The address cannot be listened on.
  package struct Unavailable: Error, CustomStringConvertible {
    package let address: Configuration.HTTP.Address
    let reason: String

    package var description: String {
      "http.listen: cannot listen on \(address): \(reason); another address, or `none`, avoids it"
    }
  }

  private let address: Configuration.HTTP.Address
  private let desk: OperationsDesk
  private let monitor: PipelineMonitor
  private let logger: Logger
  private let watchers = WatcherCount()
  private let startSeconds = Double(WallClock.now.milliseconds) / 1_000

  /// `nil` if nothing is to be served.
  package init?(
    _ settings: Configuration.HTTP, monitor: PipelineMonitor, name: InstanceName, logger: Logger
  ) {
    guard let address = settings.address else { return nil }
    self.address = address
    desk = OperationsDesk(token: settings.token, name: name)
    self.monitor = monitor
    self.logger = logger
  }

  /// How long it waits to listen again after it has stopped listening by itself.
  private static let pause: Duration = .seconds(1)

  /// Serves until cancelled. Throws if it cannot begin to.
  package func run() async throws {
    var hasListened = false
    while !Task.isCancelled {
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let failure = await serve(on: group)
      try await group.shutdownGracefully()
      guard !Task.isCancelled else { return }
      if let failure, !hasListened { throw failure }
      hasListened = true
      // Without files left to open, for instance.
      logger.warning(
        "the HTTP server has ended and starts again",
        metadata: ["reason": "\(failure.map { "\($0)" } ?? "it stopped accepting")"])
      try await Task.sleep(for: OperationsServer.pause)
    }
  }

  private func serve(on group: MultiThreadedEventLoopGroup) async -> Unavailable? {
    let logger = logger
    var quiet = logger
    // What it has to say is in the reason below, or comes of ending it.
    quiet.logLevel = .critical
    var channel = HTTP1Channel.Configuration(idleTimeout: .seconds(Limits.idleSeconds))
    channel.httpDecoder = .init(
      maxHeaderFieldSize: Limits.headerBytes, maxHeaderListSize: Limits.allHeaderBytes,
      maxHeaderFieldCount: Limits.headerCount)
    let server = HTTP1Channel(responder: respond, configuration: channel).server(
      configuration: ServerConfiguration(
        address: .hostname(address.host, port: address.port),
        availableConnectionsDelegate: .maximum(Limits.connections, logger: quiet)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? 0
        logger.info("listening", metadata: ["host": "\(address.host)", "port": "\(port)"])
      },
      eventLoopGroup: group, logger: quiet)
    do {
      try await server.run()
      return nil
    } catch {
      return Unavailable(address: address, reason: "\(error)")
    }
  }

  @concurrent private func respond(
    _ request: Request, _ writer: consuming ResponseWriter, _ channel: any NIOCore.Channel
  ) async throws {
    // A client that does not read would keep its connection for ever.
    let deadline = channel.eventLoop.scheduleTask(in: .seconds(Limits.answerSeconds)) {
      channel.close(mode: .all, promise: nil)
    }
    defer { deadline.cancel() }
    var answer = desk.answer(
      to: HTTPQuestion(request), monitor.figures, process: { .now }, startSeconds: startSeconds,
      at: .now)
    if answer.isStream {
      if watchers.enter(limit: Limits.watchers) {
        defer { watchers.leave() }
        deadline.cancel()
        return try await stream(answer, writer, channel)
      }
      answer = HTTPAnswer(503, "as many watch as may\n")
    }
    if answer.closes {
      // What it still has to send is thrown away meanwhile, or it would not see the answer.
      channel.eventLoop.scheduleTask(in: .seconds(Limits.lingerSeconds)) {
        channel.close(mode: .all, promise: nil)
      }
    }
    try await writer.write(
      response: answer.head,
      body: request.method == .head
        ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
  }
}

// The live page's events.
extension OperationsServer {
  /// How often a watcher hears something.
  private static let watchInterval: Duration = .seconds(1)

  @concurrent private func stream(
    _ answer: HTTPAnswer, _ writer: consuming ResponseWriter, _ channel: any NIOCore.Channel
  ) async throws {
    var body = try await writer.writeHead(answer.head)
    let end = ContinuousClock.now + .seconds(Limits.watchSeconds)
    var last = 0
    while ContinuousClock.now < end {
      // One that does not read is cut off; what it has not read is not kept for it.
      let deadline = channel.eventLoop.scheduleTask(in: .seconds(Limits.answerSeconds)) {
        channel.close(mode: .all, promise: nil)
      }
      defer { deadline.cancel() }
      let event = desk.event(monitor.figures, monitor.recentConversions, after: &last, at: .now)
      try await body.write(ByteBuffer(string: event))
      deadline.cancel()
      try await Task.sleep(for: OperationsServer.watchInterval)
    }
    try await body.finish(nil)
  }
}

/// How many watch.
private final class WatcherCount: Sendable {
  private let count = Mutex(0)

  /// Whether there is room for one more, who is in then.
  func enter(limit: Int) -> Bool {
    count.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}

extension HTTPQuestion {
  fileprivate init(_ request: Request) {
    self.init(method: request.method.rawValue, path: request.head.path ?? "")
    authority = request.head.authority
    authorization = request.headers[.authorization]
    let length = request.headers[.contentLength]
    hasBody = request.headers[.transferEncoding] != nil || (length != nil && length != "0")
  }
}

extension HTTPAnswer {
  fileprivate var head: HTTPResponse {
    var fields: HTTPFields = [
      .contentType: mediaType, .cacheControl: "no-store",
      .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'",
    ]
    if !isStream { fields[.contentLength] = "\(body.utf8.count)" }
    if closes { fields[.connection] = "close" }
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
      guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) names no header") }
      fields[name] = value
    }
    return HTTPResponse(status: .init(code: status), headerFields: fields)
  }
}
