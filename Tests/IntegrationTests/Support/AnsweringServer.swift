import Foundation
import Glibc
import Synchronization

/// An HTTP server that notes what it is sent and answers with the statuses it was given, then 202.
final class AnsweringServer: Sendable {
  let port: Int
  private let socket: Int32
  private let statuses: Mutex<[Int]>
  private let received = Mutex<[(status: Int, body: String)]>([])

  init(statuses: [Int]) throws {
    self.statuses = Mutex(statuses)
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let code = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) == 0 && listen(socket, 16) == 0
          && getsockname(socket, address, &length) == 0
      }
    }
    guard code else { throw RawConnection.Failure(errno: errno) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [self] in serve() }.start()
  }

  /// Bodies that were answered with `status`, in order, as JSON.
  func bodies(answered status: Int) throws -> [[String: Any]] {
    try received.withLock { $0 }.filter { $0.status == status }.map { part in
      try JSONSerialization.jsonObject(with: Data(part.body.utf8)) as? [String: Any] ?? [:]
    }
  }

  func close() { shutdown(socket, Int32(SHUT_RDWR)) }

  private func serve() {
    while true {
      let connection = accept(socket, nil, nil)
      guard connection >= 0 else { break }
      answer(connection)
      Glibc.close(connection)
    }
    Glibc.close(socket)
  }

  private func answer(_ connection: Int32) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let head = text.firstRange(of: "\r\n\r\n"),
        let length = text.firstMatch(of: /(?i)content-length: *([0-9]+)/).flatMap({ Int($0.1) }),
        text[head.upperBound...].utf8.count >= length
      {
        let status = statuses.withLock { $0.isEmpty ? 202 : $0.removeFirst() }
        received.withLock { $0.append((status, String(text[head.upperBound...]))) }
        let answer = Array(
          "HTTP/1.1 \(status) X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".utf8)
        _ = answer.withUnsafeBytes {
          Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      bytes += buffer[..<count]
    }
  }
}
