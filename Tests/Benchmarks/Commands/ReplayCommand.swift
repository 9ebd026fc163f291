import ArgumentParser
import Foundation
import Glibc
import Simulation

/// `afterclick-bench replay`: `afterclick replay` over a file, as a user would run it.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Throughput and CPU time of afterclick replay, on one core, without Kafka.")

  @Option(help: "Events in the file.") var events = 1_000_000
  @Option(help: "How often it is read; the best run counts.") var repetitions = 3

  func run() throws {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("afterclick-bench-replay-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do {
        try FileManager.default.removeItem(at: folder)
      } catch {
        print("\(folder.path) stays behind: \(error)")
      }
    }
    let configuration = BenchmarkConfiguration()
    let rules = folder.appendingPathComponent("afterclick.yaml")
    try Data(configuration.yaml.utf8).write(to: rules)
    let input = folder.appendingPathComponent("events.ndjson")
    let bytes = try write(to: input)
    var best: (cpuSeconds: Double, seconds: Double)?
    for _ in 0..<max(1, repetitions) {
      let run = try replay([
        "replay", "--config", rules.path, "--input", "\(configuration.inputTopic)=\(input.path)",
        "--output", folder.path,
      ])
      if run.cpuSeconds < best?.cpuSeconds ?? .infinity { best = run }
    }
    guard let best else { preconditionFailure("there is at least one run") }
    printOut(best, bytes: bytes)
  }

  private func printOut(_ best: (cpuSeconds: Double, seconds: Double), bytes: Int) {
    ResultTable(
      title: "replay: \(events) events of \(bytes / events) bytes from a file, one thread",
      rows: [
        ResultRow(
          name: "CPU", value: best.cpuSeconds * 1e6 / Double(events), unit: "CPU-s per million",
          reference: (Reference.streamsCPU, "Kafka Streams, with Kafka"),
          remark: "the whole process, the least of \(repetitions) runs"),
        ResultRow(
          name: "throughput", value: Double(events) / best.seconds, unit: "events/s",
          reference: (Reference.streamsRate, "Kafka Streams, two cores"), better: .higher,
          remark: "by the clock; other users share the cores"),
        ResultRow(
          name: "throughput of a free core", value: Double(events) / best.cpuSeconds,
          unit: "events/s"),
      ]
    ).printOut()
  }

  /// Writes the shop's events, one a line; their bytes.
  private func write(to file: URL) throws -> Int {
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let handle = try FileHandle(forWritingTo: file)
    var traffic = ShopTraffic.ofCampaigns(people: max(1, events / 40), eventsPerSecond: 5)
    var record = TrafficRecord()
    var lines: [UInt8] = []
    var bytes = 0
    for number in 1...events {
      traffic.next(into: &record)
      let value = record.value ?? []
      bytes += value.count
      lines += value
      lines.append(UInt8(ascii: "\n"))
      guard lines.count > 1 << 20 || number == events else { continue }
      try handle.write(contentsOf: lines)
      lines.removeAll(keepingCapacity: true)
    }
    try handle.close()
    return bytes
  }

  private func replay(_ arguments: [String]) throws -> (cpuSeconds: Double, seconds: Double) {
    let process = Process()
    process.executableURL = Daemon.program
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    let before = ReplayCommand.childrenSeconds
    let start = ContinuousClock.now
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError("afterclick replay exited with \(process.terminationStatus)")
    }
    return (ReplayCommand.childrenSeconds - before, (ContinuousClock.now - start).seconds)
  }

  /// What all children that have ended have computed.
  private static var childrenSeconds: Double {
    var usage = rusage()
    let code = getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    precondition(code == 0, "there is no account of children")
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
  }
}
