import Foundation
import Pipeline
import Testing

@Suite struct RocksDBStoreTests {
  private let directory: TemporaryDirectory
  private let provider: RocksDBStoreProvider

  init() throws {
    directory = try TemporaryDirectory()
    provider = RocksDBStoreProvider(directory: directory.path, applicationID: "shop")
  }

  private var files: String { provider.directory(of: SampleState.partition) }

  /// A provider for what a crash of this moment would leave behind.
  private func afterCrash() throws -> RocksDBStoreProvider {
    let copy = RocksDBStoreProvider(directory: directory.file("crashed"), applicationID: "shop")
    let target = copy.directory(of: SampleState.partition)
    let parent = URL(fileURLWithPath: target).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: files, toPath: target)
    return copy
  }

  private func names(_ directory: String, suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasSuffix(suffix) || $0.hasPrefix(suffix) }.map { "\(directory)/\($0)" }
  }

  /// Writes, and makes sure that it lies in a table and not only in the log.
  private func fill(_ count: Int) throws {
    let store = try provider.open(SampleState.partition)
    try store.apply(SampleState.slice(0..<count, marker: 7))
    store.close()
    try provider.open(SampleState.partition).close()
    #expect(try !names(files, suffix: ".sst").isEmpty)
  }

  @Test func `the directory says whose copy it is`() {
    #expect(files == directory.file("shop/journeys-3"))
  }

  @Test func `a wipe leaves nothing of what was overwritten or deleted`() throws {
    let secrets = ["anna-1966-Zx", "bert-1971-Qy"]
    let store = try provider.open(SampleState.partition)
    defer { store.close() }
    try store.apply([
      (Array("one".utf8), Array(secrets[0].utf8)), (Array("two".utf8), Array(secrets[1].utf8)),
      (Array("three".utf8), Array("carl-1980-Kv".utf8)),
    ])
    // Some of it in a table of its own, some only in the log.
    try store.wipe()
    try store.apply([(Array("one".utf8), Array("forgotten".utf8)), (Array("two".utf8), nil)])
    #expect(try secrets.allSatisfy(isInFiles))
    try store.wipe()
    #expect(try !secrets.contains(where: isInFiles))
    #expect(try isInFiles("forgotten") && isInFiles("carl-1980-Kv"))
  }

  private func isInFiles(_ text: String) throws -> Bool {
    try FileManager.default.contentsOfDirectory(atPath: files).contains { name in
      try Data(contentsOf: URL(fileURLWithPath: "\(files)/\(name)"))
        .firstRange(of: Data(text.utf8)) != nil
    }
  }

  @Test func `what was applied survives a crash, without a close`() throws {
    let store = try provider.open(SampleState.partition)
    defer { store.close() }
    try store.apply(SampleState.slice(0..<1_000, marker: 1))
    try store.apply(SampleState.slice(1_000..<2_000, marker: 2))
    let crashed = try afterCrash().open(SampleState.partition)
    defer { crashed.close() }
    #expect(try crashed.marker() == SampleState.marker(2))
    #expect(try crashed.values() == store.values())
  }

  @Test(arguments: [1, 100, 5_000])
  func `a slice that was half written is not there at all`(missing: Int) throws {
    let store = try provider.open(SampleState.partition)
    defer { store.close() }
    try store.apply(SampleState.slice(0..<100, marker: 1))
    let before = try store.values()
    try store.apply(SampleState.slice(100..<1_000, version: 2, marker: 2))
    let crashed = try afterCrash()
    let log = try #require(
      try names(crashed.directory(of: SampleState.partition), suffix: ".log").first)
    let handle = try #require(FileHandle(forWritingAtPath: log))
    try handle.truncate(atOffset: try handle.seekToEnd() - UInt64(missing))
    try handle.close()
    let restored = try crashed.open(SampleState.partition)
    defer { restored.close() }
    #expect(try restored.marker() == SampleState.marker(1))
    #expect(try restored.values() == before)
  }

  @Test func `a damaged table is an error when it is read`() throws {
    try fill(20_000)
    for file in try names(files, suffix: ".sst") {
      var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      for index in stride(from: 200, to: bytes.count / 2, by: 97) { bytes[index] ^= 0xff }
      try bytes.write(to: URL(fileURLWithPath: file))
    }
    #expect { try read() } throws: { error in
      guard case .corruptState(SampleState.partition, let reason) = error as? PipelineError
      else { return false }
      return reason.contains("Corruption")
    }
  }

  @Test(arguments: ["MANIFEST", "CURRENT"])
  func `a damaged catalogue is an error when the store is opened`(file: String) throws {
    try fill(100)
    for path in try names(files, suffix: file) {
      try Data("not what RocksDB writes\n".utf8).write(to: URL(fileURLWithPath: path))
    }
    expectCorruptState()
  }

  @Test(arguments: ["MANIFEST", "CURRENT", ".sst"])
  func `a missing file is an error`(file: String) throws {
    try fill(100)
    for path in try names(files, suffix: file) {
      try FileManager.default.removeItem(atPath: path)
    }
    expectCorruptState()
  }

  @Test func `what cannot be read can be discarded and begun anew`() throws {
    try fill(100)
    for path in try names(files, suffix: ".sst") {
      try Data().write(to: URL(fileURLWithPath: path))
    }
    expectCorruptState()
    try provider.discard(SampleState.partition)
    let store = try provider.open(SampleState.partition)
    defer { store.close() }
    #expect(try store.marker() == nil)
  }

  @Test func `a directory in use is an error that says so`() throws {
    let store = try provider.open(SampleState.partition)
    defer { store.close() }
    #expect { try provider.open(SampleState.partition) } throws: { error in
      guard case .transport(_, let reason) = error as? PipelineError else { return false }
      return reason.contains("in use")
    }
  }

  @Test func `a directory that cannot be created is an error`() throws {
    _ = try directory.write([], to: "file")
    let provider = RocksDBStoreProvider(directory: directory.file("file"), applicationID: "shop")
    #expect { try provider.open(SampleState.partition) } throws: { error in
      if case .transport = error as? PipelineError { true } else { false }
    }
  }

  @Test func `closing twice and after an iteration is harmless`() throws {
    let store = try provider.open(SampleState.partition)
    try store.apply(SampleState.slice(0..<10))
    _ = try store.journeys()
    store.close()
    store.close()
  }

  private func read() throws {
    let store = try provider.open(SampleState.partition)
    defer { store.close() }
    _ = try store.marker()
    _ = try store.journeys()
  }

  private func expectCorruptState() {
    #expect { try read() } throws: { error in
      if case .corruptState = error as? PipelineError { true } else { false }
    }
  }
}
