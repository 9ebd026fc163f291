import ArgumentParser
import Attribution
import Foundation
import Operations
import Stages

/// `afterclick-bench memory`: bytes per journey, and what an event costs as everything grows.
struct MemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Memory per journey, and the cost per event as people, partitions and journeys grow.")

  @Option(help: "Journeys of eight touchpoints each.") var journeys = 500_000
  @Option(help: "People in the last point of the curve.") var people = 1_000_000

  func run() throws {
    ResultTable(title: "memory: \(journeys) journeys of eight touchpoints", rows: try memory())
      .printOut()
    ResultTable(title: "curve: CPU time per event in the journey machine", rows: try curve())
      .printOut()
  }

  private func memory() throws -> [ResultRow] {
    let plain = try bytesPerJourney(hasClickIDs: false)
    let clicks = try bytesPerJourney(hasClickIDs: true)
    let peer = (Reference.streamsBytesPerPerson, "Kafka Streams, the process")
    return [
      ResultRow(
        name: "hot journey", value: plain.grown, unit: "bytes", reference: peer, goal: 500,
        remark: "growth of resident memory, everything included"),
      ResultRow(
        name: "hot journey, as estimated", value: plain.estimated, unit: "bytes",
        remark: "what afterclick_journeys_bytes says"),
      ResultRow(
        name: "hot journey with click ids", value: clicks.grown, unit: "bytes", reference: peer,
        remark: "every second touchpoint has one of 60 characters"),
      ResultRow(
        name: "the same, as estimated", value: clicks.estimated, unit: "bytes"),
    ]
  }

  /// In a process of its own: memory that was used before would be used again unseen.
  private func bytesPerJourney(
    hasClickIDs: Bool
  ) throws -> (grown: Double, estimated: Double) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      ["memory-probe", "--journeys", "\(journeys)"]
      + (hasClickIDs ? ["--click-ids"] : [])
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let numbers = text.split(separator: "\n").compactMap { Double($0) }
    guard numbers.count == 2 else { throw ValidationError("the probe said \"\(text)\"") }
    return (numbers[0], numbers[1])
  }

  private func curve() throws -> [ResultRow] {
    var rows: [ResultRow] = []
    var first: Double?
    for count in [10_000, 100_000, 1_000_000] where count <= people {
      let cost = try cost(people: count, partitions: 8, touchpoints: 8)
      first = first ?? cost
      rows.append(row("\(count) people", cost, beside: first, "with the fewest people"))
    }
    first = nil
    for count in [1, 8, 64] {
      let cost = try cost(people: 50_000, partitions: count, touchpoints: 8)
      first = first ?? cost
      rows.append(row("\(count) partitions", cost, beside: first, "with one partition"))
    }
    first = nil
    for count in [2, 8, 32, 128, 500] {
      let cost = try cost(people: 2_000, partitions: 8, touchpoints: count)
      first = first ?? cost
      rows.append(row("\(count) touchpoints", cost, beside: first, "with two touchpoints"))
    }
    return rows
  }

  private func row(
    _ name: String, _ cost: Double, beside first: Double?, _ whose: String
  ) -> ResultRow {
    ResultRow(
      name: name, value: cost, unit: "ns per event", reference: first.map { ($0, whose) })
  }

  /// Nanoseconds for an event that finds journeys of `touchpoints` touchpoints.
  private func cost(people: Int, partitions: Int, touchpoints: Int) throws -> Double {
    let rules = try BenchmarkConfiguration().parsed().rules
    var filler = JourneyFiller(people: people, partitions: partitions, rules: rules)
    for _ in 0..<touchpoints - 1 { _ = try filler.addRound() }
    // Three rounds are measured at their best, for what the neighbours do.
    var least = Int64.max
    for _ in 0..<3 { least = min(least, try filler.addRound()) }
    return Double(least) / Double(people)
  }
}

/// Prints the bytes per journey that a process of its own has grown by, and what the machines say.
struct MemoryProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "memory-probe", shouldDisplay: false)

  @Option var journeys = 500_000
  @Flag var clickIds = false

  func run() throws {
    let rules = try BenchmarkConfiguration().parsed().rules
    // The workload's own buffers must be there before the first look.
    var filler = JourneyFiller(people: journeys, partitions: 8, rules: rules)
    filler.hasClickIDs = clickIds
    _ = try filler.addRound(forFirst: 10)
    let before = ProcessMemory.resident
    for _ in 0..<8 { _ = try filler.addRound() }
    let grown = ProcessMemory.resident - before
    print(Double(grown) / Double(journeys))
    // Still needed here, or it might be freed before the second look.
    print(Double(filler.machines.map(\.journeyBytes).reduce(0, +)) / Double(journeys))
  }
}
