internal import Foundation
package import Pipeline

#if canImport(Glibc)
  internal import Glibc
#endif

/// Tells the service manager (systemd's `Type=notify` and `WatchdogSec`) how the daemon is.
package struct ServiceNotifier: Sendable {
  private let socket: NotificationSocket
  private let monitor: PipelineMonitor
  /// How long the manager waits for a sign of life; `nil` if it does not.
  private let watchdog: Duration?

  /// How often the manager hears something new if it does not watch.
  private static let interval: Duration = .seconds(2)

  /// `nil` if no manager wants to hear.
  package init?(environment: [String: String], monitor: PipelineMonitor) {
    guard let socket = environment["NOTIFY_SOCKET"].flatMap({ NotificationSocket($0) }) else {
      return nil
    }
    self.socket = socket
    self.monitor = monitor
    let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
    watchdog = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
      .flatMap { isMeant && $0 > 0 ? .microseconds($0) : nil }
  }

  /// Goes on until cancelled; then says the last word.
  package func run() async {
    var state = ServiceState()
    let pause = min(ServiceNotifier.interval, watchdog.map { $0 / 3 } ?? ServiceNotifier.interval)
    while true {
      socket.send(state.lines(monitor.figures, isWatched: watchdog != nil, at: .now))
      do {
        try await Task.sleep(for: pause)
      } catch {
        socket.send(state.lines(monitor.figures, isWatched: false, at: .now))
        return
      }
    }
  }
}

/// A datagram socket of the service manager.
struct NotificationSocket: Sendable {
  private let path: [UInt8]

  /// `address` is a path, or begins with `@` for a name that is in no directory.
  init?(_ address: String) {
    var path = Array(address.utf8)
    guard path.first == UInt8(ascii: "/") || path.first == UInt8(ascii: "@"), path.count > 1,
      path.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    else { return nil }
    if path[0] == UInt8(ascii: "@") { path[0] = 0 }
    self.path = path
  }

  /// Sends `lines` as one message, or nothing if the other side does not take it at once: what is
  /// new will be in the next one, and a daemon must not wait for its manager.
  func send(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    // The length tells a name that begins with a zero where it ends.
    let length = MemoryLayout<sa_family_t>.size + path.count
    let message = Array(lines.joined(separator: "\n").utf8)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = sendto(
          descriptor, message, message.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
          address, socklen_t(length))
      }
    }
  }
}
