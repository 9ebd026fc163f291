import Foundation
import Testing

extension DaemonTests {
  @Suite struct HTTPTests {
    /// Samples by name and labels, as they are written.
    private func metrics(_ port: Int) async throws -> [String: Double] {
      let answer = try await onThread { try RawConnection.get("/metrics", port: port) }
      try #require(answer.status == 200)
      var samples: [String: Double] = [:]
      for line in answer.body.split(separator: "\n") where !line.hasPrefix("#") {
        let words = line.split(separator: " ")
        samples[String(words[0])] = Double(words[1])
      }
      return samples
    }

    private func awaitReadiness(_ port: Int) async throws {
      try await wait(for: "the daemon is ready") {
        let answer = try await onThread { try RawConnection.get("/readyz", port: port) }
        if answer.status == 200 {
          #expect(answer.body == "{\"ready\":true,\"reasons\":[]}\n")
          return true
        }
        try #require(answer.status == 503)
        #expect(!answer.body.contains("\"reasons\":[]"))
        return nil
      }
    }

    /// One person's visit and order, and something that is no event.
    private func produce(_ number: Int, _ application: ShopApplication) async throws {
      let records = [
        HandMadeInput.landing("kim-\(number)", at: "10:00:00", id: "visit-\(number)"),
        HandMadeInput.order(
          "kim-\(number)", at: "10:20:00", id: "order-\(number)", number: "ord-\(number)"),
        HandMadeInput.Record(key: "kim", "{no event"),
      ]
      try await onThread {
        try HandMadeInput.produce(records, to: application.input, partition: 0)
      }
      try await application.awaitConsumption()
    }

    @Test func `the daemon says how it is and what it has done`() async throws {
      let application = try ShopApplication("http")
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: 0).play { scene in
        try await application.createTopics(with: daemon)
        try await daemon.start()
        let port = try await daemon.awaitPort()
        let early = try await onThread { try RawConnection.get("/readyz", port: port) }
        #expect(early.status == 503 && early.body.hasPrefix("{\"ready\":false,\"reasons\":[\""))
        #expect(try await onThread { try RawConnection.get("/healthz", port: port) }.status == 200)
        try await awaitReadiness(port)
        try await produce(1, application)
        try await expect(events: 1, port)

        // Workers start over with what SIGHUP has read; what they have counted goes on.
        daemon.send(SIGHUP)
        try await wait(for: "the workers are given up") {
          try await metrics(port)["afterclick_ready"] == 0 ? true : nil
        }
        try await awaitReadiness(port)
        try await expect(events: 1, port)
        try await produce(2, application)
        try await expect(events: 2, port)
        try await expectRefusals(port)
        try await daemon.stop()
        try await scene.audit()
      }
    }

    /// Waits until the metrics say what follows from so many orders, and nothing else.
    private func expect(events: Double, _ port: Int) async throws {
      let expected = [
        "afterclick_records_consumed_total{stage=\"intake\"}": 3 * events,
        "afterclick_records_consumed_total{stage=\"journeys\"}": 2 * events,
        "afterclick_dead_letters_total{stage=\"intake\",reason=\"invalid_json\"}": events,
        "afterclick_conversions_total": events, "afterclick_ready": 1,
        "afterclick_journeys": events,
        "afterclick_records_committed_total{destination=\"conversions\"}": events,
        "afterclick_records_committed_total{destination=\"dead_letters\"}": events,
        "afterclick_partitions{state=\"live\"}": 2 * Double(ShopApplication.partitions),
      ]
      let samples = try await wait(for: "\(expected)") {
        let samples = try await metrics(port)
        return expected.allSatisfy { samples[$0.key] == $0.value } ? samples : nil
      }
      let transactions = samples["afterclick_transaction_duration_seconds_count"] ?? 0
      #expect(transactions >= events)
      #expect(samples["afterclick_record_latency_seconds_count{stage=\"journeys\"}"] ?? 0 >= events)
      #expect(samples["process_resident_memory_bytes"] ?? 0 > 1e6)
      let lag = samples.filter { $0.key.hasPrefix("afterclick_consumer_lag_records") }
      #expect(lag.keys.contains { $0.contains("partition=\"0\"") })
      // The marker of a transaction is a record too, in a log that ends with one.
      #expect(lag.values.allSatisfy { (0...1).contains($0) }, "\(lag)")
    }

    private func expectRefusals(_ port: Int) async throws {
      let long = String(repeating: "a", count: 200_000)
      let requests: [(String, Set<Int>)] = [
        ("GET /../../../../etc/passwd HTTP/1.1\r\nHost: localhost", [404]),
        ("GET /nothing HTTP/1.1\r\nHost: localhost", [404]),
        ("HEAD /metrics HTTP/1.1\r\nHost: localhost", [200]),
        ("GET /metrics HTTP/1.1\r\nHost: evil.example", [421]),
        ("DELETE /metrics HTTP/1.1\r\nHost: localhost", [405]),
        ("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999", [413]),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked", [413]),
        ("GET /\(long) HTTP/1.1\r\nHost: localhost", [400, 0]),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: \(long)", [400, 0]),
        (
          "GET /healthz HTTP/1.1\r\nHost: localhost"
            + String(repeating: "\r\nX: y", count: 5_000), [400, 0]
        ),
        ("PRI * HTTP/2.0", [400, 0]), ("\u{0}\u{1}\u{2}", [400, 0]), (long, [400, 0]),
        ("GET", [400, 0]), ("GET /healthz HTTP/9.9\r\nHost: localhost", [400, 505, 0]),
      ]
      for (request, expected) in requests {
        let answer = try await onThread { try RawConnection.ask(request, port: port) }
        #expect(expected.contains(answer.status), "\(request.prefix(80)): \(answer.status)")
        #expect(!answer.body.contains("root:"))
      }
      // More clients than are served at a time, and none of them says a word.
      let ended = try await onThread {
        let silent = try (0..<80).map { _ in try RawConnection(port: port) }
        return silent.prefix(3).map { $0.readToEnd() }
      }
      #expect(ended == ["", "", ""])
      let answer = try await onThread { try RawConnection.get("/healthz", port: port) }
      #expect(answer.status == 200 && answer.body == "alive\n")
    }
  }
}
