import Attribution
import Foundation
import Logging
import Operations
import Pipeline
import Stages
import Testing

/// Where a partition's journeys come from when it starts.
@Suite struct CheckpointerTests {
  private static let partition = SampleState.partition
  private let directory: TemporaryDirectory
  private let provider: RocksDBStoreProvider
  private let rules: RuleSet

  init() throws {
    directory = try TemporaryDirectory()
    provider = RocksDBStoreProvider(directory: directory.path, applicationID: "shop")
    rules = try Configuration.parse(ShopReplay.configuration).rules
  }

  private func checkpointer(changelog: [(key: [UInt8], value: [UInt8]?)]) -> Checkpointer {
    Checkpointer(
      rules: rules, journeysPartitions: 1, changelog: FixedChangelog(records: changelog),
      provider: provider,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// An empty checkpoint that ends at `offset`.
  private func marker(_ offset: Int64) -> [(key: [UInt8], value: [UInt8]?)] {
    SampleState.slice(0..<0, marker: offset)
  }

  private func restore(
    changelog: [(key: [UInt8], value: [UInt8]?)], committed: Int64
  ) async throws -> Checkpointer.Restored {
    let checkpointer = checkpointer(changelog: changelog)
    let restored = try await checkpointer.restore(
      CheckpointerTests.partition, committed: committed, ticket: RestoreTicket())
    await checkpointer.close()
    return try #require(restored)
  }

  @Test func `the changelog is copied, and the next start reads the copy`() async throws {
    let first = try await restore(changelog: marker(40), committed: 50)
    #expect(first.source == .changelog)
    let second = try await restore(changelog: [], committed: 50)
    #expect(second.source == .local)
    #expect(second.machine.nextOffset == 40)
  }

  @Test func `a copy from after the last commit is not used`() async throws {
    _ = try await restore(changelog: marker(40), committed: 50)
    let restored = try await restore(changelog: marker(20), committed: 30)
    #expect(restored.source == .changelog)
    #expect(restored.machine.nextOffset == 20)
  }

  @Test(arguments: ["CURRENT", "MANIFEST", ".sst"])
  func `a copy that cannot be read gives way to the changelog`(file: String) async throws {
    // The second start moves what was written from the log to a table.
    _ = try await restore(changelog: marker(40), committed: 50)
    _ = try await restore(changelog: [], committed: 50)
    let files = provider.directory(of: CheckpointerTests.partition)
    for name in try FileManager.default.contentsOfDirectory(atPath: files)
    where name.hasPrefix(file) || name.hasSuffix(file) {
      try Data("damaged".utf8).write(to: URL(fileURLWithPath: "\(files)/\(name)"))
    }
    let restored = try await restore(changelog: marker(45), committed: 50)
    #expect(restored.source == .changelog)
    #expect(restored.machine.nextOffset == 45)
    let again = try await restore(changelog: [], committed: 50)
    #expect(again.source == .local)
  }
}

/// A changelog that holds always the same.
private struct FixedChangelog: ChangelogReader {
  let records: [(key: [UInt8], value: [UInt8]?)]

  func read(
    partition: Int32,
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?)
      throws(PipelineError) -> Void
  ) throws(PipelineError) -> Int {
    for record in records {
      try record.key.withUnsafeBufferPointer { (key) throws(PipelineError) in
        guard let value = record.value else { return try body(UnsafeRawBufferPointer(key), nil) }
        try value.withUnsafeBufferPointer { (value) throws(PipelineError) in
          try body(UnsafeRawBufferPointer(key), UnsafeRawBufferPointer(value))
        }
      }
    }
    return records.count
  }
}
