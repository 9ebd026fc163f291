import Testing

@testable import Pipeline

@Suite struct WaitingInputsTests {
  private let minute: Int64 = 60_000
  private let start = ContinuousClock.now

  /// A record of a partition, as it went on.
  private struct Passed: Hashable {
    var partition: LogPartition
    var offset: Int64
    var time: Int64?
  }

  /// One round of a worker; what went on in it.
  private func round(
    _ waiting: inout WaitingInputs, _ source: TimedSource, maximum: Int = 2_000,
    after: Duration = .zero
  ) throws -> [Passed] {
    let now = start + after
    var passed: [Passed] = []
    var count = 0
    for batch in source.poll(maximum: maximum, timeout: .zero) { waiting.append(batch) }
    try waiting.fill(from: source)
    while count < maximum,
      let batch = try waiting.next(maximum: maximum - count, from: source, at: now)
    {
      count += batch.count
      batch.forEach {
        passed.append(Passed(partition: batch.partition, offset: $0.offset, time: $0.timestamp))
      }
    }
    waiting.settle(at: source, at: now)
    return passed
  }

  private func inputs(of source: TimedSource) -> WaitingInputs {
    var waiting = WaitingInputs()
    waiting.add(source.partitions, at: start)
    return waiting
  }

  /// Twenty days in one large input, one of a tenth of its size, and a small one of another topic.
  private var unevenLogs: [LogPartition: [Int64?]] {
    let days: Int64 = 20 * 24 * 60 * minute
    func log(_ count: Int64) -> [Int64?] { (0..<count).map { $0 * days / count } }
    return [
      LogPartition("web", 0): log(20_000), LogPartition("web", 1): log(2_000),
      LogPartition("crm", 0): log(300),
    ]
  }

  @Test(arguments: [7, 500, 2_000])
  func `inputs of very different size go through time together, and every record once`(
    maximum: Int
  ) throws {
    let logs = unevenLogs
    let source = TimedSource(logs)
    var waiting = inputs(of: source)
    var offsets: [LogPartition: [Int64]] = [:]
    var latest: Int64 = 0
    var count = 0
    for _ in 0..<10_000 where count < 22_300 {
      for record in try round(&waiting, source, maximum: maximum) {
        let time = try #require(record.time)
        if time < latest - InputPace.slack { Issue.record("\(record) after \(latest)") }
        latest = max(latest, time)
        offsets[record.partition, default: []].append(record.offset)
        count += 1
      }
      for (partition, read) in source.next {
        let waits = read - offsets[partition, default: []].count
        #expect(waits <= WaitingInputs.maximum)
      }
    }
    for (partition, log) in logs { #expect(offsets[partition] == Array(0..<Int64(log.count))) }
    _ = try round(&waiting, source)
    #expect(source.held.isEmpty && waiting.isEmpty)
  }

  @Test func `an input whose broker is away is left behind, and is waited for again after`() throws
  {
    let (web, crm) = (LogPartition("web", 0), LogPartition("crm", 0))
    let source = TimedSource([
      web: (0..<5_000).map { $0 * minute }, crm: (0..<100).map { $0 * minute },
    ])
    source.away = [web]
    var waiting = inputs(of: source)
    #expect(try round(&waiting, source).isEmpty)
    #expect(waiting.slowest == web)
    #expect(try round(&waiting, source, after: InputPace.patience).count == 100)
    // It is waited for no more than anybody whose records come when they come.
    #expect(!source.held.contains(web) && waiting.slowest == nil)
    source.away = []
    #expect(try round(&waiting, source, after: InputPace.patience).count == 2_000)
  }

  @Test func `a partition that goes takes with it what waits of it`() throws {
    let (web, crm) = (LogPartition("web", 0), LogPartition("crm", 0))
    let source = TimedSource([
      web: (0..<100).map { $0 }, crm: [1_000 * minute, 1_001 * minute],
    ])
    source.away = [web]
    var waiting = inputs(of: source)
    #expect(try round(&waiting, source).isEmpty)
    #expect(!waiting.isEmpty)
    waiting.remove(crm)
    #expect(waiting.isEmpty)
    source.away = []
    let passed = try round(&waiting, source)
    #expect(passed.count == 100 && passed.allSatisfy { $0.partition == web })
  }

  @Test func `an input that is read to its end is held again when it gets ahead`() throws {
    let (web, crm) = (LogPartition("web", 0), LogPartition("crm", 0))
    let source = TimedSource([web: (0..<3_000).map { $0 * minute }, crm: [0]])
    var waiting = inputs(of: source)
    #expect(try round(&waiting, source, maximum: 10).contains { $0.partition == crm })
    _ = try round(&waiting, source, maximum: 10)
    #expect(source.held == [web])
    source.append([2_999 * minute, 3_100 * minute], to: crm)
    let next = try round(&waiting, source)
    #expect(next.count == 2_000 && next.allSatisfy { $0.partition == web })
    #expect(source.held == [web, crm] && waiting.ahead == [crm])
    let last = try round(&waiting, source)
    #expect(last.suffix(2).map(\.partition) == [crm, crm] && last.count == 983)
    _ = try round(&waiting, source)
    #expect(source.held.isEmpty && waiting.ahead.isEmpty)
  }

  @Test(arguments: [0, 3] as [Int64])
  func `inputs that are read to their end come by themselves from then on`(markers: Int64) throws {
    let (web, crm) = (LogPartition("web", 0), LogPartition("crm", 0))
    let source = TimedSource([web: [0, 1, 2], crm: [1_000 * minute]])
    source.markers = markers
    var waiting = inputs(of: source)
    #expect(try round(&waiting, source).count == 4)
    #expect(source.held.isEmpty && waiting.lastStep == .idle)
    // However old what they deliver is, and however much nobody waits for anybody.
    for number in 0..<3 {
      source.append([Int64(number)], to: web)
      source.append([2_000 * minute], to: crm)
      #expect(try round(&waiting, source).count == 2)
      #expect(source.held.isEmpty)
    }
  }

  @Test func `one input alone is not cut to pieces, and not held once it is read to its end`()
    throws
  {
    let web = LogPartition("web", 0)
    let source = TimedSource([web: (0..<4_000).map { $0 * minute * 60 }])
    var waiting = inputs(of: source)
    for _ in 0..<2 { #expect(try round(&waiting, source).count == 2_000) }
    _ = try round(&waiting, source)
    #expect(source.held.isEmpty)
    source.append((0..<4_000).map { $0 * minute }, to: web)
    for _ in 0..<4 { #expect(try round(&waiting, source, maximum: 1_000).count == 1_000) }
    #expect(source.held.isEmpty)
  }
}
