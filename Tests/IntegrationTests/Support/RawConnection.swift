import Foundation
import Glibc

/// A TCP connection to this machine over which a test can send anything.
final class RawConnection {
  private let socket: Int32

  struct Failure: Error {
    let errno: Int32
  }

  /// Longest wait for bytes from the other side.
  static let patience = 30

  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var timeout = timeval(tv_sec: RawConnection.patience, tv_usec: 0)
    setsockopt(
      socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else {
      let reason = errno
      close(socket)
      throw Failure(errno: reason)
    }
  }

  deinit { close(socket) }

  /// Sends as much as the other side takes; one that has hung up takes nothing.
  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Everything that comes until the other side closes, or resets, the connection; `nil` if it does
  /// neither.
  func readToEnd() -> String? { read { _ in false } }

  /// One answer whose head tells how long its body is.
  func readAnswer() -> String? {
    read { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let head = text.firstRange(of: "\r\n\r\n"),
        let length = text.firstMatch(of: /(?i)content-length: *([0-9]+)/).flatMap({ Int($0.1) })
      else { return false }
      return text[head.upperBound...].utf8.count >= length
    }
  }

  private func read(until isWhole: ([UInt8]) -> Bool) -> String? {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !isWhole(all) {
      let count = recv(socket, &buffer, buffer.count, 0)
      if count < 0, errno == EAGAIN { return nil }
      guard count > 0 else { return String(decoding: all, as: UTF8.self) }
      all += buffer[..<count]
    }
    return String(decoding: all, as: UTF8.self)
  }

  /// The answer to one request with `head`, which needs no blank line; the whole of it.
  static func ask(_ head: String, port: Int) throws -> (status: Int, body: String) {
    let connection = try RawConnection(port: port)
    connection.send(Array("\(head)\r\nConnection: close\r\n\r\n".utf8))
    let answer = connection.readToEnd() ?? ""
    let status = answer.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return (
      status, answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    )
  }

  static func get(_ path: String, port: Int) throws -> (status: Int, body: String) {
    try ask("GET \(path) HTTP/1.1\r\nHost: localhost:\(port)", port: port)
  }
}
