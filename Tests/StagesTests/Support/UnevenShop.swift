import Attribution
import Formats
import Insights
import Simulation
import Stages
import Testing

/// A shop with several input partitions and several partitions of the journeys log, each of which is
/// read at its own pace.
struct UnevenShop {
  /// Records of an input that are read before those of another, and records of the journeys log.
  struct Runs {
    var input: ClosedRange<Int64> = 400...2_000
    var journeys: ClosedRange<Int64> = 100...800
    static let batch = 100
  }

  static let partitions = 4
  let journeysPartitions: Int
  let plan: InsightsPlan
  /// What Journeys has told Insights.
  private(set) var told: [[UInt8]] = []
  private let inputs: [[TrafficRecord]]
  private var intake: [IntakeMachine] = []
  private var positions = [Int](repeating: 0, count: UnevenShop.partitions)
  private var log: [[(key: [UInt8]?, value: [UInt8])]]
  private var journeys: [JourneyMachine] = []
  private var generator: SeededGenerator

  init(
    _ traffic: [TrafficRecord], seed: UInt64, journeysPartitions: Int = UnevenShop.partitions
  ) throws {
    generator = SeededGenerator(seed: seed)
    self.journeysPartitions = journeysPartitions
    log = Array(repeating: [], count: journeysPartitions)
    let rules = try Shop { $0.identity.stitches = false }.rules
    plan = try UnevenShop.plan()
    var inputs = [[TrafficRecord]](repeating: [], count: UnevenShop.partitions)
    for record in traffic {
      let hash = (record.key ?? []).withUnsafeBytes { StableHash.fold64($0, seed: 77) }
      inputs[Int(hash % UInt64(UnevenShop.partitions))].append(record)
    }
    self.inputs = inputs
    var settings = IntakeMachine.Settings(
      format: .segment, rules: rules, journeysPartitions: journeysPartitions)
    settings.insights = plan
    for _ in inputs { intake.append(try IntakeMachine(settings)) }
    for partition in 0..<Int32(journeysPartitions) {
      journeys.append(
        JourneyMachine(
          rules: rules, partitions: journeysPartitions, insights: plan, partition: partition))
    }
  }

  private static func plan() throws -> InsightsPlan {
    let steps = ["Product Viewed", "Product Added", "Checkout Started", "Order Completed"]
    return InsightsPlan(funnels: [
      InsightsPlan.Funnel(
        shape: FunnelShape(
          name: "checkout", within: .days(1), steps: steps.map { FunnelShape.Step($0) },
          dimensions: ["device"]),
        steps: try steps.map {
          try EventRule(.field(FieldIndex(.event), [.equals([.text($0)])]))
        }, exclude: [], segments: [.dimension(.device)])
    ])
  }

  /// Everything is read as it happens, until `time`.
  mutating func live(until time: EventTime, from start: EventTime) throws {
    var now = start
    while now < time {
      now = now + .minutes(1)
      for input in inputs.indices { try read(input, count: .max, until: now) }
      for partition in journeys.indices { try follow(partition, count: .max) }
    }
  }

  /// What lies there until `time` is read in runs, in turns that chance decides.
  mutating func catchUp(until time: EventTime, _ runs: Runs = Runs()) throws {
    while true {
      let open = inputs.indices.filter { hasMore($0, until: time) }
      guard !open.isEmpty else { break }
      var left = generator.within(runs.input)
      let input = open[generator.below(open.count)]
      while left > 0, hasMore(input, until: time) {
        try read(input, count: Runs.batch, until: time)
        left -= Int64(Runs.batch)
        if generator.chance(0.25) { try followRun(runs) }
      }
    }
    while log.indices.contains(where: { journeys[$0].nextOffset < log[$0].count }) {
      try followRun(runs)
    }
  }

  private mutating func followRun(_ runs: Runs) throws {
    let partition = generator.below(journeys.count)
    for _ in 0..<(generator.within(runs.journeys) / Int64(Runs.batch)) {
      try follow(partition, count: Runs.batch)
    }
  }

  private func hasMore(_ input: Int, until time: EventTime) -> Bool {
    positions[input] < inputs[input].count && inputs[input][positions[input]].at < time
  }

  private mutating func read(_ input: Int, count: Int, until time: EventTime) throws {
    var output = OutgoingRecords()
    var left = count
    while left > 0, hasMore(input, until: time) {
      let offset = positions[input]
      inputs[input][offset].withInputRecord { record in
        intake[input].step(
          record, topic: "input", partition: Int32(input), offset: Int64(offset), output: &output)
      }
      positions[input] += 1
      left -= 1
    }
    intake[input].takeFacts(to: &output)
    append(output)
  }

  private mutating func follow(_ partition: Int, count: Int) throws {
    var output = OutgoingRecords()
    var left = count
    while left > 0, journeys[partition].nextOffset < log[partition].count {
      let offset = journeys[partition].nextOffset
      let record = log[partition][Int(offset)]
      try record.value.withUnsafeBytes { value in
        _ = try (record.key ?? []).withUnsafeBytes { key in
          try journeys[partition].step(
            key: record.key == nil ? nil : key, value: value, offset: offset, output: &output)
        }
      }
      left -= 1
    }
    journeys[partition].takeFacts(to: &output)
    append(output)
  }

  private mutating func append(_ output: OutgoingRecords) {
    output.forEach { record, key, value in
      guard let value else { return }
      switch record.destination {
      case .journeys:
        log[Int(record.partition ?? 0)].append((key.map { Array($0) }, Array(value)))
      case .insights: told.append(Array(value))
      default: break
      }
    }
  }
}

extension UnevenShop {
  /// What the Insights stage says of what it was told: alerts as they were said. It starts anew from
  /// a checkpoint after every `restart` records.
  func alerts(restart: Int = .max) throws -> [String] {
    var said: [String] = []
    var machine = InsightsMachine(rules: plan.rules, journeysPartitions: journeysPartitions)
    var changelog = InsightsChangelog()
    for (offset, record) in told.enumerated() {
      var output = OutgoingRecords()
      try record.withUnsafeBytes {
        try machine.step(value: $0, offset: Int64(offset), output: &output)
      }
      if (offset + 1) % restart == 0 {
        machine.writeCheckpoint(partition: 0, to: &output)
        UnevenShop.take(output, &said, &changelog)
        machine = InsightsMachine(
          rules: plan.rules, journeysPartitions: journeysPartitions,
          emitsFrom: Int64(offset + 1))
        try machine.restore(from: changelog)
      } else {
        UnevenShop.take(output, &said, &changelog)
      }
    }
    return said
  }

  private static func take(
    _ output: OutgoingRecords, _ said: inout [String], _ changelog: inout InsightsChangelog
  ) {
    output.forEach { record, key, value in
      guard let key else { return }
      if record.destination == .insightsChangelog { changelog.add(key: key, value: value) }
      guard record.destination == .alerts, let value else { return }
      said.append(String(decoding: value, as: UTF8.self))
    }
  }
}
