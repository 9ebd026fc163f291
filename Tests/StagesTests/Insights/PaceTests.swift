import Attribution
import Formats
import Insights
import Testing

@testable import Stages

/// For whom judging waits, and for how long.
@Suite struct PaceTests {
  private static let start = EventTime(milliseconds: 1_772_668_800_000)

  private func time(_ minutes: Int64) -> EventTime { PaceTests.start + .minutes(minutes) }

  /// A record of `source` about these minutes.
  private func tell(_ clocks: inout SourceClocks, _ source: Int32, _ minutes: Range<Int64>) {
    clocks.note(minutes.map { time($0) }, of: source)
    for minute in minutes { _ = clocks.move(source, to: time(minute)) }
  }

  @Test func `who reads a backlog makes others be waited for, until they do not move`() {
    var clocks = SourceClocks(count: 2)
    tell(&clocks, 0, 0..<1)
    tell(&clocks, 1, 0..<1)
    #expect(!clocks.isRacing && clocks.awaitedTime(records: 2) == time(0))
    tell(&clocks, 0, 1..<600)
    #expect(clocks.isRacing && clocks.awaitedTime(records: 3) == time(0))
    #expect(clocks.reportTime == time(599))
    for record in 1..<Int64(SourceClocks.longPatience) {
      #expect(clocks.awaitedTime(records: .max) == time(0), "\(record)")
      tell(&clocks, 0, (600 * record)..<(600 * record + 6))
    }
    #expect(clocks.awaitedTime(records: .max) == clocks.time(of: 0))
    tell(&clocks, 0, 3_000_000..<3_000_001)
    #expect(!clocks.isRacing)
  }

  @Test func `a source that stopped in the middle of a backlog is not waited for long`() {
    var clocks = SourceClocks(count: 2)
    tell(&clocks, 0, 0..<60)
    tell(&clocks, 1, 0..<60)
    for minute in 0..<Int64(SourceClocks.shortPatience) {
      #expect(clocks.isRacing, "\(minute)")
      tell(&clocks, 0, (200 + minute)..<(201 + minute))
    }
    #expect(!clocks.isRacing && clocks.awaitedTime(records: .max) == clocks.time(of: 0))
  }

  @Test func `who has not said anything yet is waited for while a backlog is read`() {
    var clocks = SourceClocks(count: 3)
    tell(&clocks, 0, 0..<60)
    #expect(clocks.awaitedTime(records: 1) == nil)
    #expect(clocks.awaitedTime(records: Int64(SourceClocks.longPatience) + 1) == time(59))
    // One alone is ahead of nobody.
    var single = SourceClocks(count: 1)
    tell(&single, 0, 0..<60)
    #expect(!single.isRacing && single.awaitedTime(records: 1) == time(59))
  }

  @Test func `a few who are late are usual, many are waited for, and forgotten`() throws {
    var lateness = UsualLateness()
    for number in 0..<10_000 { lateness.add(minutes: number % 20 == 0 ? 300 : 1) }
    #expect(lateness.allowance == .zero)
    for _ in 0..<200 { lateness.add(minutes: 100) }
    #expect(lateness.allowance == .minutes(128))
    var writer = ByteWriter()
    lateness.write(to: &writer)
    for _ in 0..<1_500 { lateness.add(minutes: 0) }
    #expect(lateness.allowance == .zero)
    let restored = try writer.bytes.withUnsafeBytes { (bytes) throws(ByteReader.Malformed) in
      var reader = ByteReader(bytes)
      return try UsualLateness(from: &reader)
    }
    #expect(restored.allowance == .minutes(128))
  }

  @Test func `what is held back has a limit`() throws {
    let outline = FunnelOutline(
      name: "checkout", steps: ["cart", "purchase"], dimensions: [], within: .hours(1))
    var machine = InsightsMachine(
      rules: InsightsRules(funnels: [outline]), journeysPartitions: 2)
    var output = OutgoingRecords()
    for hour in 0..<12 as Range<Int64> {
      var writer = InsightsRecordWriter(source: 0)
      for minute in hour * 60..<(hour + 1) * 60 {
        writer.begin(minute: InsightsRecord.minute(of: time(minute)))
        for _ in 0..<150 { writer.write(.funnel("checkout", .seen(step: 0))) }
      }
      var bytes: [UInt8] = []
      writer.finish { bytes = Array($0) }
      try bytes.withUnsafeBytes {
        try machine.step(value: $0, offset: machine.nextOffset, output: &output)
      }
      #expect(machine.held.count == min(HeldFacts.limit / 150, Int(hour + 1) * 60) * 150)
    }
    #expect(machine.judgedTime == time(720 - Int64(HeldFacts.limit / 150) - 1))
    machine.finish(at: time(720), output: &output)
    #expect(machine.held.count == 0 && machine.judgedTime == time(720))
  }
}
