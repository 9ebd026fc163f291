import Attribution
import Formats
import Simulation
import Stages
import Testing

/// One partition of the journeys log, record by record.
@Suite struct JourneyMachineTests {
  private func purchase(_ key: String? = nil, value: Int64 = 14_000) -> [ConversionReport] {
    [ConversionReport(rule: "purchase", key: key, value: Amount(units: value, scale: 2))]
  }

  private func texts(_ conversions: [AttributedConversion]) -> [String] {
    conversions.map { conversion in
      let path = conversion.path.touchpoints.map(\.profile.channel).joined(separator: ">")
      return "\(conversion.id) r\(conversion.revision) \(conversion.status) "
        + "\(conversion.reason.rawValue) \(path)"
    }
  }

  @Test func `a late touchpoint revises what it belongs to`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    let first = try machine.step(.at(start, "c", conversions: purchase("k")), of: "anna")
    #expect(texts(first) == ["purchase:k r1 unattributed new "])
    let second = try machine.step(.at(start + .hours(-1), "a", channel: "Email"), of: "anna")
    #expect(texts(second) == ["purchase:k r2 attributed late_touchpoint Email"])
    #expect(machine.counters.conversions == 1)
    #expect(machine.counters.revisions == 1)
    #expect(machine.counters.unattributed == 1)
  }

  @Test func `a touchpoint that changes nothing revises nothing`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.step(.at(start + .hours(1), "c", conversions: purchase("k")), of: "anna")
    #expect(try machine.step(.at(start + .hours(2), "b", channel: "Direct"), of: "anna").isEmpty)
    #expect(try machine.step(.at(start + .days(-8), "d", channel: "Direct"), of: "anna").isEmpty)
    #expect(try machine.step(.at(start, "e", channel: "Direct"), of: "berta").isEmpty)
  }

  @Test func `nothing is revised once it is late by more than is accepted`() throws {
    var machine = JourneyMachine(rules: try .purchases(lateAccept: .days(1)))
    try machine.step(.at(start, "c", conversions: purchase("k")), of: "anna")
    try machine.tick(start + .days(1))
    let inTime = try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    #expect(texts(inTime) == ["purchase:k r2 attributed late_touchpoint Email"])
    try machine.tick(start + .days(1) + TimeSpan(milliseconds: 1))
    #expect(try machine.step(.at(start, "b", channel: "Direct"), of: "anna").isEmpty)
    #expect(machine.counters.late == 1)
  }

  @Test func `a conversion is emitted however late it is`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    try machine.tick(start + .days(400))
    let late = try machine.step(
      .at(start, "c", channel: "Email", conversions: purchase("k")), of: "a")
    #expect(texts(late) == ["purchase:k r1 unattributed new "])
    #expect(machine.counters.tooLate == 1)
    // And is still known when it comes again.
    #expect(try machine.step(.at(start, "d", conversions: purchase("k")), of: "a").isEmpty)
    #expect(machine.counters.repeatedReports == 1)
  }

  @Test func `an event counts once`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    for id in ["00000000-0000-4000-8000-000000000001", "not-a-uuid"] {
      let touch = JourneyEvent.at(start, id, channel: "Email")
      try machine.step(touch, of: "anna")
      #expect(try machine.step(touch, of: "anna").isEmpty)
    }
    let sale = JourneyEvent.at(start + .hours(1), "c", conversions: purchase())
    #expect(try machine.step(sale, of: "anna").count == 1)
    #expect(try machine.step(sale, of: "anna").isEmpty)
    #expect(machine.counters.duplicates == 3)
  }

  @Test func `an earlier report of the same business fact replaces the later`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    try machine.step(.at(start, "b", conversions: purchase("k", value: 100)), of: "anna")
    let better = try machine.step(
      .at(start + .minutes(-1), "a", conversions: purchase("k", value: 200)), of: "anna")
    #expect(texts(better) == ["purchase:k r2 unattributed better_report "])
    #expect(better[0].value == Amount(units: 200, scale: 2))
    // Reports of one moment: the smaller id stands.
    let tie = try machine.step(
      .at(start + .minutes(-1), "A", conversions: purchase("k", value: 300)), of: "anna")
    #expect(tie.first?.value == Amount(units: 300, scale: 2))
  }

  @Test func `repeats without a key are one chain, and a bridge joins two`() throws {
    var machine = JourneyMachine(rules: try .purchases { $0.deduplicateWithin = .seconds(30) })
    let at = { (seconds: Int64) in start + .seconds(seconds) }
    #expect(try machine.step(.at(at(0), "a", conversions: purchase()), of: "p").count == 1)
    // Exactly thirty seconds still repeat; the chain goes on from the last repeat.
    #expect(try machine.step(.at(at(30), "b", conversions: purchase()), of: "p").isEmpty)
    #expect(try machine.step(.at(at(60), "c", conversions: purchase()), of: "p").isEmpty)
    let second = try machine.step(.at(at(120), "e", conversions: purchase()), of: "p")
    #expect(texts(second) == ["purchase:e r1 unattributed new "])
    let bridge = try machine.step(.at(at(90), "d", conversions: purchase()), of: "p")
    #expect(texts(bridge) == ["purchase:e r2 retracted retracted "])
    #expect(bridge[0].value == nil)
  }

  @Test func `the next path starts after the previous conversion where it resets`() throws {
    var machine = JourneyMachine(
      rules: try .purchases {
        $0.path.resetsAfterConversion = true
        $0.path.transforms = []
      })
    let at = { (hours: Int64) in start + .hours(hours) }
    try machine.step(.at(at(0), "a", channel: "Email"), of: "p")
    try machine.step(.at(at(4), "d", channel: "Direct"), of: "p")
    let last = try machine.step(.at(at(5), "e", conversions: purchase("2")), of: "p")
    #expect(texts(last) == ["purchase:2 r1 attributed new Email>Direct"])
    let earlier = try machine.step(.at(at(2), "c", conversions: purchase("1")), of: "p")
    #expect(
      texts(earlier) == [
        "purchase:1 r1 attributed new Email", "purchase:2 r2 attributed late_touchpoint Direct",
      ])
  }

  @Test func `at its limits a journey keeps what matters`() throws {
    var rules = try RuleSet.purchases { $0.path.transforms = [] }
    rules.limits.touchpointsPerJourney = 3
    rules.limits.conversionsPerJourney = 2
    var machine = JourneyMachine(rules: rules)
    for hour in 0..<6 {
      try machine.step(
        .at(start + .hours(Int64(hour)), "t\(hour)", channel: "c\(hour)"), of: "anna")
    }
    #expect(machine.counters.touchpointsOverLimit == 3)
    let sale = try machine.step(.at(start + .hours(9), "s", conversions: purchase("1")), of: "anna")
    #expect(texts(sale) == ["purchase:1 r1 attributed new c0>c4>c5"])
    for key in ["2", "3"] {
      try machine.step(
        .at(start + .hours(10), "s\(key)", conversions: purchase(key)), of: "anna")
    }
    // The first can no longer be revised; the others can.
    let revised = try machine.step(.at(start + .hours(7), "u", channel: "c7"), of: "anna")
    #expect(revised.map(\.id) == ["purchase:2", "purchase:3"])
  }

  @Test func `a record that is none of ours is passed over`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    for value in [nil, [], [9], [1], [2], [1, 255, 255]] as [[UInt8]?] {
      let offset = machine.nextOffset
      #expect(throws: ByteReader.Malformed.self) {
        var copy = machine
        try (value ?? []).withUnsafeBytes { bytes in
          _ = try Array("p".utf8).withUnsafeBytes { key -> [AttributedConversion] in
            var output = OutgoingRecords()
            return try copy.step(
              key: key, value: value == nil ? nil : bytes, offset: offset, output: &output)
          }
        }
      }
    }
    try machine.step(.at(start, "c", conversions: purchase("k")), of: "anna")
    #expect(machine.nextOffset == 1)
  }

  @Test func `a report for a rule that is gone is counted`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    let event = JourneyEvent.at(start, "a", conversions: [ConversionReport(rule: "gone")])
    #expect(try machine.step(event, of: "anna").isEmpty)
    #expect(machine.counters.unknownReports == 1)
    #expect(machine.journeyCount == 0)
  }

  @Test func `outputs of offsets committed before a restore are not repeated`() throws {
    var machine = JourneyMachine(rules: try .purchases(), emitsFrom: 1)
    #expect(try machine.step(.at(start, "a", conversions: purchase("1")), of: "p").isEmpty)
    #expect(try machine.step(.at(start, "b", conversions: purchase("2")), of: "p").count == 1)
  }

  @Test func `a machine that is replaying saves nothing`() throws {
    var machine = JourneyMachine(rules: try .purchases(), emitsFrom: 2)
    try machine.step(.at(start, "a", channel: "Email"), of: "p")
    #expect(machine.saved().isEmpty)
    try machine.step(.at(start, "b", channel: "Email"), of: "q")
    #expect(machine.saved().count == 3)
  }

  @Test(arguments: [1, 2, 5, 100])
  func `a checkpoint is written in slices, its marker last`(slice: Int) throws {
    var machine = JourneyMachine(rules: try .purchases())
    for person in 0..<5 {
      try machine.step(.at(start, "e\(person)", channel: "Email"), of: "p\(person)")
    }
    var records = machine.saved(slice: slice)
    #expect(records.count == 6)
    #expect(records.last?.key == CheckpointMarker.key)
    let marker = try (records.last?.value ?? []).withUnsafeBytes { try CheckpointMarker($0) }
    #expect(marker == CheckpointMarker(resumeOffset: 5, streamTime: start))
    try machine.step(.at(start, "f", channel: "Email"), of: "p0")
    records = machine.saved(slice: slice)
    #expect(records.count == 2, "only what has changed")
    #expect(machine.changedCount == 0)
  }
}
