import Attribution
import Formats
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

  /// A checkpoint of people with a touchpoint each.
  private func checkpoint(people: Int) throws -> [(key: [UInt8], value: [UInt8]?)] {
    var machine = JourneyMachine(rules: rules)
    var profile = TouchpointProfile()
    profile.rule = "visit"
    profile.channel = "Email"
    var packed = ByteWriter()
    PackedProfile.write(profile, to: &packed)
    var output = OutgoingRecords()
    for person in 0..<people {
      var event = JourneyEvent()
      event.time = EventTime(milliseconds: 1_772_700_000_000)
      event.eventID = EventID("e\(person)")
      event.profile = packed.bytes
      event.profileIfStarting = packed.bytes
      var bytes = ByteWriter()
      JourneyEventCodec.write(event, to: &bytes)
      _ = try Array("p\(person)".utf8).withUnsafeBytes { key in
        try bytes.bytes.withUnsafeBytes {
          try machine.step(key: key, value: $0, offset: Int64(person), output: &output)
        }
      }
    }
    machine.beginCheckpoint()
    while machine.isCheckpointing {
      machine.writeCheckpointSlice(limit: 100, partition: 3, to: &output)
    }
    var records: [(key: [UInt8], value: [UInt8]?)] = []
    output.forEach { record, key, value in
      guard record.destination == .changelog else { return }
      records.append((key.map { Array($0) } ?? [], value.map { Array($0) }))
    }
    return records
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
    let second = try await restore(changelog: marker(40), committed: 50)
    #expect(second.source == .local)
    #expect(second.machine.nextOffset == 40)
  }

  @Test func `a changelog that was deleted is written anew from the copy, all of it`() async throws
  {
    let slice = try checkpoint(people: 20)
    _ = try await restore(changelog: slice, committed: 50)
    let whole = try await restore(changelog: slice, committed: 50)
    #expect(whole.source == .local && whole.machine.changedCount == 0)
    let lost = try await restore(changelog: [], committed: 50)
    #expect(lost.source == .local && lost.machine.journeyCount == 20)
    #expect(lost.machine.changedCount == 20)
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

  func emptyPartitions(of count: Int) -> Set<Int32> {
    records.isEmpty ? [SampleState.partition.partition] : []
  }
}
