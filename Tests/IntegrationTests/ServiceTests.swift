import Foundation
import Testing

extension DaemonTests {
  @Suite struct ServiceTests {
    @Test func `the service manager hears of the beginning, of life, and of the end`() async throws
    {
      let application = try ShopApplication("service")
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: 0).play { _ in
        let manager = try DatagramListener(path: NSTemporaryDirectory() + "/\(application.id)")
        defer { unlink(manager.path) }
        try await application.createTopics(with: daemon)
        try await daemon.start(environment: [
          "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "600000",
        ])
        var lines: [String] = []
        try await wait(for: "it works") {
          lines += manager.lines()
          let status = "STATUS=working on \(2 * ShopApplication.partitions) partitions"
          return lines.contains(status) ? true : nil
        }
        #expect(lines.count { $0 == "READY=1" } == 1)
        lines = []
        try await wait(for: "signs of life") {
          lines += manager.lines()
          return lines.count { $0 == "WATCHDOG=1" } >= 3 ? true : nil
        }
        #expect(Set(lines) == ["WATCHDOG=1"])
        try await daemon.stop()
        lines = manager.lines()
        #expect(lines.count { $0 == "STOPPING=1" } == 1)
        #expect(lines.last { $0.hasPrefix("STATUS=") } == "STATUS=the daemon is stopping")
      }
    }
  }
}
