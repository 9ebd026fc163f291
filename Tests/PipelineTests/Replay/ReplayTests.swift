import Attribution
import Pipeline
import Simulation
import Testing

@Suite struct ReplayTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func `the same file gives the same bytes every time`() throws {
    let bytes = ShopReplay.lines(
      ShopReplay.traffic(20_000) {
        $0.shareLate = 0.05
        $0.shareDuplicated = 0.05
        $0.shareGarbage = 0.02
      })
    let first = try directory.replay(bytes)
    #expect(first.report.conversions > 500)
    #expect(first.report.revisions > 0)
    #expect(!first.deadLetters.isEmpty)
    #expect(try directory.replay(bytes) == first)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `what is written is what the reference implementation expects`(seed: UInt64) throws {
    let records = ShopReplay.traffic(5_000, seed: seed) {
      $0.eventsPerSecond = 2
      $0.shareLate = 0.05
      $0.shareDuplicated = 0.05
      $0.shareOrdersReportedTwice = 0.1
      $0.shareGarbage = 0.02
    }
    let outcome = try directory.replay(ShopReplay.lines(records))
    let expectation = ReferenceAttribution(ShopReplay.audit).expectation(of: records)
    #expect(expectation.conversions.count > 100)
    let report = Auditor().report(of: outcome.records, against: expectation)
    #expect(report.isEmpty, "\(report.total): \(report.differences.joined(separator: "\n"))")
  }

  @Test func `two files are one history, in the order in which they are named`() throws {
    let records = ShopReplay.traffic(6_000)
    let whole = try directory.replay(ShopReplay.lines(records))
    let first = try directory.write(ShopReplay.lines(Array(records[..<2_500])), to: "first")
    let second = try directory.write(ShopReplay.lines(Array(records[2_500...])), to: "second")
    let sameTopic = try directory.replay([("web-events", first), ("web-events", second)])
    let twoTopics = try directory.replay([("web-events", first), ("app-events", second)])
    #expect(sameTopic.conversions == whole.conversions)
    #expect(twoTopics.conversions == whole.conversions)
    #expect(sameTopic.report.lines == 6_000)
  }

  @Test func `reading the files the other way round gives the same conversions in the end`() throws
  {
    let records = ShopReplay.traffic(4_000) { $0.eventsPerSecond = 2 }
    let first = try directory.write(ShopReplay.lines(Array(records[..<2_000])), to: "first")
    let second = try directory.write(ShopReplay.lines(Array(records[2_000...])), to: "second")
    let outcome = try directory.replay([("web-events", second), ("web-events", first)])
    let expectation = ReferenceAttribution(ShopReplay.audit).expectation(of: records)
    let report = Auditor().report(of: outcome.records, against: expectation)
    #expect(report.isEmpty, "\(report.total): \(report.differences.joined(separator: "\n"))")
  }

  @Test func `the report counts what was read and written`() throws {
    let bytes = ShopReplay.lines(ShopReplay.traffic(3_000))
    let outcome = try directory.replay(bytes)
    #expect(outcome.report.lines == 3_000)
    #expect(outcome.report.conversions + outcome.report.revisions == outcome.records.count)
    #expect(outcome.report.bytesRead == Int64(bytes.count))
    #expect(outcome.report.fraction == 1)
    #expect(outcome.report.deadLetters.isEmpty)
  }

  @Test func `idle journeys do not pile up`() throws {
    // Three months of a slow shop, with a retention of 33 days.
    let records = ShopReplay.traffic(8_000) {
      $0.people = 4_000
      $0.eventsPerSecond = 0.001
    }
    let outcome = try directory.replay(ShopReplay.lines(records))
    #expect(outcome.report.journeys < 3_000, "\(outcome.report.journeys) journeys")
  }

  @Test func `a file that is not there is an error that names it`() throws {
    let path = directory.file("nothing.ndjson")
    #expect { try directory.replay([("web-events", path)]) } throws: { error in
      "\(error)" == "\(path): cannot be opened: No such file or directory"
    }
  }

  @Test func `a missing file is found before the first one is read`() throws {
    let good = try directory.write(ShopReplay.lines(ShopReplay.traffic(2_000)), to: "good")
    #expect(throws: ReplayError.self) {
      try directory.replay([("web-events", good), ("web-events", directory.file("nothing"))])
    }
    #expect(try directory.read("conversions").isEmpty)
  }

  @Test func `a directory is an error that says so`() throws {
    #expect { try directory.replay([("web-events", directory.path)]) } throws: { error in
      "\(error)".hasSuffix("Is a directory")
    }
  }
}
