import ArgumentParser
import Attribution
import Formats
import Foundation
import Operations
import Pipeline
import Stages

/// `afterclick-bench state`: how fast journeys are saved and restored, without Kafka.
struct StateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state",
    abstract: "Checkpoints and restores: CPU time and bytes per journey, from bytes and from disk.")

  @Option(help: "Journeys of eight touchpoints each.") var journeys = 500_000

  func run() throws {
    let rules = try BenchmarkConfiguration().parsed().rules
    var filler = JourneyFiller(people: journeys, partitions: 8, rules: rules)
    for _ in 0..<8 { _ = try filler.addRound() }
    var slices: [[OutgoingRecords]] = []
    let saving = CPUTime.spent { slices = filler.checkpoint() }
    let bytes = slices.joined().reduce(0) { $0 + $1.bytes.count }
    let restoring = try CPUTime.spent { try restore(slices, rules) }
    let disk = try onDisk(slices, rules)
    ResultTable(
      title: "state: \(journeys) journeys of eight touchpoints",
      rows: [
        row("checkpoint", saving, "CPU, one core"),
        ResultRow(
          name: "changelog", value: Double(bytes) / Double(journeys), unit: "bytes per journey",
          remark: "key and value; one per changed journey and checkpoint"),
        row("restore from the changelog's bytes", restoring, "CPU, one core", goal: 4),
        row("copy to disk", disk.writing, "CPU, RocksDB's threads included"),
        row("restore from disk", disk.reading, "CPU, all threads", goal: 3),
        ResultRow(
          name: "on disk", value: Double(disk.bytes) / Double(journeys), unit: "bytes per journey",
          reference: (324, "RocksDB, values of 400 bytes")),
      ]
    ).printOut()
  }

  private func row(
    _ name: String, _ nanoseconds: Int64, _ remark: String, goal: Double? = nil
  ) -> ResultRow {
    ResultRow(
      name: name, value: Double(nanoseconds) / 1e9 * 500_000 / Double(journeys),
      unit: "s per 500,000", goal: goal, remark: remark)
  }

  private func restore(_ slices: [[OutgoingRecords]], _ rules: RuleSet) throws {
    for partition in slices {
      var machine = JourneyMachine(rules: rules)
      var marker: CheckpointMarker?
      for slice in partition {
        try slice.forEach { (_, key, value) throws(ByteReader.Malformed) in
          guard let key else { return }
          if key.elementsEqual(CheckpointMarker.key), let value {
            marker = try CheckpointMarker(value)
          } else {
            try machine.restore(key: try JourneyKey(key), value: value)
          }
        }
      }
      machine.finishRestore(at: marker)
    }
  }

  private func onDisk(
    _ slices: [[OutgoingRecords]], _ rules: RuleSet
  ) throws -> (writing: Int64, reading: Int64, bytes: Int) {
    let directory = NSTemporaryDirectory() + "afterclick-bench-\(getpid())"
    defer { remove(directory) }
    let provider = RocksDBStoreProvider(directory: directory, applicationID: "bench")
    var start = CPUTime.ofProcess
    for (number, partition) in slices.enumerated() {
      let store = try provider.open(LogPartition("journeys", Int32(number)))
      for slice in partition {
        var records: [(key: [UInt8], value: [UInt8]?)] = []
        slice.forEach { _, key, value in
          if let key { records.append((Array(key), value.map { Array($0) })) }
        }
        try store.apply(records)
      }
      store.close()
    }
    let writing = CPUTime.ofProcess - start
    start = CPUTime.ofProcess
    for number in slices.indices {
      let partition = LogPartition("journeys", Int32(number))
      let store = try provider.open(partition)
      var machine = JourneyMachine(rules: rules)
      try store.forEachJourney { (key, value) throws(PipelineError) in
        do throws(ByteReader.Malformed) {
          try machine.restore(key: try JourneyKey(key), value: value)
        } catch {
          throw .corruptState(partition, reason: "written a moment ago, and malformed")
        }
      }
      machine.finishRestore(at: try store.marker())
      store.close()
    }
    return (writing, CPUTime.ofProcess - start, try size(of: directory))
  }

  private func size(of directory: String) throws -> Int {
    var bytes = 0
    for path in try FileManager.default.subpathsOfDirectory(atPath: directory) {
      let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/" + path)
      if attributes[.type] as? FileAttributeType == .typeRegular {
        bytes += attributes[.size] as? Int ?? 0
      }
    }
    return bytes
  }

  private func remove(_ directory: String) {
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      print("\(directory) stays behind: \(error)")
    }
  }
}
