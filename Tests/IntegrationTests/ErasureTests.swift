import Foundation
import Testing

extension DaemonTests {
  @Suite struct ErasureTests {
    @Test func `who asks to be forgotten is in nothing that the daemon keeps`() async throws {
      let application = try ShopApplication("erasure", stateStore: .rocksdb, stitches: true)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: 0).play { _ in
        try await application.createTopics(with: daemon)
        try await feed(ErasureTests.story, to: application)
        try await daemon.start()
        try await application.awaitConsumption()
        // A checkpoint in between has her journey in it, and the local store, too.
        try await Task.sleep(for: .seconds(2))
        #expect(try !traces(in: daemon.statePath).isEmpty, "there was something to erase")
        try await feed([ErasureTests.request], to: application)
        try await application.awaitConsumption()
        // With the next checkpoint, not only at the end of the process.
        try await wait(for: "the local store is wiped") {
          try traces(in: daemon.statePath).isEmpty ? true : nil
        }
        try await daemon.stop()
        try await check(application, daemon)
      }
    }

    private static let phone = "\"anonymousId\":\"annas-telephone\""
    private static let anna = "\"userId\":\"anna@example.com\""

    private static let story = [
      event("page", at: "10:00:00", phone),
      event("Order Completed", at: "10:01:00", phone, order: "her-first"),
      event("Order Completed", at: "10:02:00", "\(phone),\(anna)", order: "her-second"),
      event("Order Completed", at: "10:03:00", "\"userId\":\"bob\"", order: "his-first"),
    ]

    private static let request = event("Erase Me", at: "11:00:00", anna)

    private static func event(
      _ what: String, at clock: String, _ ids: String, order: String? = nil
    ) -> HandMadeInput.Record {
      let kind = what == "page" ? "\"type\":\"page\"" : "\"type\":\"track\",\"event\":\"\(what)\""
      let time = HandMadeInput.time(clock)
      let properties = order.map { ",\"properties\":{\"order_id\":\"\($0)\",\"revenue\":1}" } ?? ""
      return HandMadeInput.Record(
        key: nil,
        "{\(kind),\"messageId\":\"m-\(clock)\",\(ids),\"timestamp\":\"\(time)\"\(properties)}")
    }

    private func feed(
      _ records: [HandMadeInput.Record], to application: ShopApplication
    ) async throws {
      try await onThread {
        try HandMadeInput.produce(records, to: application.input, partition: 0)
      }
    }

    private func check(_ application: ShopApplication, _ daemon: Daemon) async throws {
      let (conversions, erasures, changelog) = try await onThread {
        var reader = try TopicReader(group: application.id)
        let records = (
          try reader.records(of: application.conversions),
          try reader.records(of: application.erasures),
          try reader.records(of: application.changelog)
        )
        try reader.close()
        return records
      }
      let standing = last(of: conversions)
      #expect(Set(standing.keys) == [Array("purchase:his-first".utf8)])
      #expect(conversions.contains { mentions($0.value, words) }, "there was something to erase")
      #expect(last(of: changelog).values.allSatisfy { !mentions($0, words) })
      #expect(changelog.contains { mentions($0.value, words) }, "there was something to erase")
      #expect(erasures.count == 1)
      for erasure in erasures {
        #expect(!mentions(erasure.value, words) && erasure.key == nil)
        #expect(mentions(erasure.value, ["afterclick/erasure/v1"]))
      }
      #expect(try traces(in: daemon.statePath) == [])
      let log = try Data(contentsOf: URL(fileURLWithPath: daemon.logPath))
      #expect(!mentions(Array(log), words), "the log names somebody")
    }

    private let words = ["anna", "her-first", "her-second"]

    /// Files below a folder that name her or what she did.
    private func traces(in folder: String) throws -> [String] {
      try files(in: folder).filter { path in
        // A file may go while others are looked at.
        guard let bytes = FileManager.default.contents(atPath: path) else { return false }
        return mentions(Array(bytes), words)
      }
    }

    /// All files below a folder.
    private func files(in folder: String) throws -> [String] {
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
      let files = names.map { "\(folder)/\($0)" }.filter { path in
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
          && !isFolder.boolValue
      }
      #expect(!files.isEmpty)
      return files
    }

    /// What compaction leaves: the last value of every key that has one.
    private func last(of records: [TopicRecord]) -> [[UInt8]: [UInt8]] {
      records.reduce(into: [:]) { last, record in last[record.key ?? []] = record.value }
    }

    private func mentions(_ value: [UInt8]?, _ words: [String]) -> Bool {
      let text = String(decoding: value ?? [], as: UTF8.self)
      return words.contains { text.contains($0) }
    }
  }
}
