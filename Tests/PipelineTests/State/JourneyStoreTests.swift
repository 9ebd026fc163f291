import Formats
import Pipeline
import Testing

@Suite struct JourneyStoreTests {
  enum Kind: CaseIterable {
    case memory, rocksDB

    func provider(in directory: TemporaryDirectory) -> any JourneyStoreProvider {
      switch self {
      case .memory: MemoryStoreProvider()
      case .rocksDB: RocksDBStoreProvider(directory: directory.path, applicationID: "shop")
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func `what is applied is there, in the order of the keys`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let store = try kind.provider(in: directory).open(SampleState.partition)
    defer { store.close() }
    let slice = SampleState.slice(0..<500)
    try store.apply(Array(slice.reversed()))
    let found = try store.journeys()
    #expect(found.map(\.key) == slice.map(\.key).sorted { $0.lexicographicallyPrecedes($1) })
    #expect(Set(found.map(\.value)) == Set(slice.compactMap(\.value)))
  }

  @Test(arguments: Kind.allCases)
  func `a new store has neither marker nor journeys`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let store = try kind.provider(in: directory).open(SampleState.partition)
    defer { store.close() }
    #expect(try store.marker() == nil)
    #expect(try store.journeys().isEmpty)
  }

  @Test(arguments: Kind.allCases)
  func `a later value replaces an earlier one and a null removes it`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let store = try kind.provider(in: directory).open(SampleState.partition)
    defer { store.close() }
    try store.apply(SampleState.slice(0..<3))
    try store.apply(SampleState.slice(1..<2, version: 2))
    try store.apply([(SampleState.key(0), nil), (SampleState.key(77), nil)])
    #expect(try store.values().map(\.last) == [2, 1])
  }

  @Test(arguments: Kind.allCases)
  func `of one key twice in a slice the last counts`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let store = try kind.provider(in: directory).open(SampleState.partition)
    defer { store.close() }
    try store.apply(
      SampleState.slice(0..<1) + SampleState.slice(0..<1, version: 9)
        + SampleState.slice(1..<2) + [(SampleState.key(1), nil)])
    #expect(try store.values().map(\.last) == [9])
  }

  @Test(arguments: Kind.allCases)
  func `the marker is the last one and no journey`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let store = try kind.provider(in: directory).open(SampleState.partition)
    defer { store.close() }
    try store.apply(SampleState.slice(0..<2, marker: 10))
    #expect(try store.marker() == SampleState.marker(10))
    try store.apply(SampleState.slice(2..<4, marker: 25))
    #expect(try store.marker() == SampleState.marker(25))
    #expect(try store.journeys().count == 4)
  }

  @Test(arguments: Kind.allCases)
  func `everything is there again after closing and opening`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let provider = kind.provider(in: directory)
    var store = try provider.open(SampleState.partition)
    try store.apply(SampleState.slice(0..<1_000, marker: 5))
    let before = try store.values()
    store.close()
    store = try provider.open(SampleState.partition)
    defer { store.close() }
    #expect(try store.values() == before)
    #expect(try store.marker() == SampleState.marker(5))
  }

  @Test(arguments: Kind.allCases)
  func `partitions keep apart, and discarding one leaves the other`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let provider = kind.provider(in: directory)
    let other = LogPartition(SampleState.partition.topic, 4)
    for (partition, offset) in [(SampleState.partition, 1), (other, 2)] {
      let store = try provider.open(partition)
      try store.apply(SampleState.slice(0..<1, marker: Int64(offset)))
      store.close()
    }
    try provider.discard(SampleState.partition)
    let discarded = try provider.open(SampleState.partition)
    defer { discarded.close() }
    let kept = try provider.open(other)
    defer { kept.close() }
    #expect(try discarded.marker() == nil)
    #expect(try kept.marker() == SampleState.marker(2))
  }

  @Test(arguments: Kind.allCases)
  func `an error of the reader ends the iteration and is passed on`(kind: Kind) throws {
    let directory = try TemporaryDirectory()
    let store = try kind.provider(in: directory).open(SampleState.partition)
    defer { store.close() }
    try store.apply(SampleState.slice(0..<10))
    var seen = 0
    #expect(throws: PipelineError.ownershipLost) {
      try store.forEachJourney { (_, _) throws(PipelineError) in
        seen += 1
        if seen == 3 { throw PipelineError.ownershipLost }
      }
    }
    #expect(seen == 3)
  }

  @Test(arguments: Kind.allCases)
  func `discarding what is not there does nothing`(kind: Kind) throws {
    try kind.provider(in: TemporaryDirectory()).discard(SampleState.partition)
  }
}
