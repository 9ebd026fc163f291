import Foundation
import Testing

extension DaemonTests {
  @Suite struct GarbageTests {
    private struct Garbage {
      var code: String
      var record: HandMadeInput.Record
    }

    /// One of each kind, with the code that its dead letter has to carry.
    private static let garbage: [Garbage] = {
      let page = HandMadeInput.landing("g", at: "09:00:00", id: "g").value ?? []
      let deep = String(repeating: #"{"a":"#, count: 2_000)
      let closing = String(repeating: "}", count: 2_000)
      let long = String(repeating: "x", count: 1_000_000)
      let kinds: [(String, HandMadeInput.Record)] = [
        ("invalid_json", .init(key: "g", Array(page.prefix(70)))),
        ("invalid_json", .init(key: "g", page.prefix(70) + [0xff, 0xfe] + page.dropFirst(70))),
        ("wrong_type", .init(key: "g", #"{"type":["page"],"userId":{},"messageId":7}"#)),
        ("wrong_type", .init(key: "g", #"{"type":"page","userId":[1],"messageId":"g"}"#)),
        ("not_an_object", .init(key: nil, "[1,2,3]")),
        ("not_an_object", .init(key: nil, "42")),
        ("too_large", .init(key: "g", #"{"type":"page","userId":"g","long":"\#(long)"}"#)),
        ("empty", .init(key: "g", "")),
        (
          "invalid_json",
          HandMadeInput.order(
            "g", at: "09:00:00", id: "g1", number: "nan",
            revenue: "NaN")
        ),
        (
          "invalid_value",
          HandMadeInput.order(
            "g", at: "09:00:00", id: "g2", number: "object",
            revenue: #"{"amount":1}"#)
        ),
        (
          "invalid_json", .init(key: "g", #"{"type":"page","userId":"g","p":\#(deep)0\#(closing)}"#)
        ),
        ("tombstone", .init(key: "g", nil as [UInt8]?)),
        ("tombstone", .init(key: nil, nil as [UInt8]?)),
      ]
      return kinds.map { Garbage(code: $0.0, record: $0.1) }
    }()

    @Test func `every kind of garbage is kept as a dead letter, and what follows is attributed`()
      async throws
    {
      let application = try ShopApplication("garbage")
      let daemon = try application.daemon("a")
      var records: [HandMadeInput.Record] = []
      for (index, garbage) in GarbageTests.garbage.enumerated() {
        let person = "p-\(index)"
        records += [
          HandMadeInput.landing(person, at: "10:00:00", id: "visit-\(index)"), garbage.record,
          HandMadeInput.order(person, at: "11:00:00", id: "buy-\(index)", number: "o-\(index)"),
        ]
      }
      let outcome = try await outcome(of: records, application, daemon)
      for (index, garbage) in GarbageTests.garbage.enumerated() {
        let offset = String(3 * index + 1)
        let letter = try #require(
          outcome.deadLetters.first { $0.errorHeaders["offset"] == offset }, "garbage \(index)")
        #expect(letter.errorHeaders["code"] == garbage.code, "garbage \(index)")
        #expect(letter.errorHeaders["message"]?.isEmpty == false)
      }
      #expect(outcome.deadLetters.count == GarbageTests.garbage.count)
      #expect(outcome.conversions.count == GarbageTests.garbage.count)
    }

    @Test func `an event of the year 9999 expires nobody`() async throws {
      let application = try ShopApplication("future")
      let daemon = try application.daemon("a")
      // In several people's partitions, so that some share one with the person who matters.
      let strangers = (0..<40).map { number in
        HandMadeInput.Record(
          key: "s-\(number)",
          """
          {"type":"page","messageId":"f-\(number)","userId":"s-\(number)",\
          "timestamp":"9999-12-31T23:59:59.999Z","receivedAt":"\(HandMadeInput.time("10:30:00"))",\
          "context":{"page":{"url":"https://shop.example/?utm_source=x&utm_medium=cpc"}}}
          """)
      }
      let records =
        [HandMadeInput.landing("p", at: "10:00:00", id: "visit")] + strangers
        + [HandMadeInput.order("p", at: "11:00:00", id: "buy", number: "o")]
      let outcome = try await outcome(of: records, application, daemon)
      #expect(outcome.deadLetters.isEmpty)
      let order = try #require(outcome.conversions.first)
      let text = String(decoding: order.value ?? [], as: UTF8.self)
      #expect(text.contains(#""channel_path":["Email"]"#))
    }

    /// Everything that comes of `records`; it already agrees with the reference.
    private func outcome(
      of records: [HandMadeInput.Record], _ application: ShopApplication, _ daemon: Daemon
    ) async throws -> ShopOutcome {
      var outcome: ShopOutcome?
      try await Scene(application, [daemon], seed: 0).play { scene in
        try await application.createTopics(with: daemon)
        try await onThread {
          try HandMadeInput.produce(records, to: application.input, partition: 1)
        }
        try await daemon.start()
        try await application.awaitConsumption()
        try await daemon.stop()
        outcome = try await scene.audit()
      }
      return try #require(outcome)
    }
  }
}
