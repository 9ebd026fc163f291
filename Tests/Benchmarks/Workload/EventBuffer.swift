import Attribution
import Formats
import Simulation

/// Events of the simulated shop, side by side in memory.
struct EventBuffer {
  private(set) var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  private var times: [EventTime] = []

  /// The next `count` events of `traffic`.
  init(_ count: Int, of traffic: inout ShopTraffic) {
    bytes.reserveCapacity(count * 420)
    var record = TrafficRecord()
    for _ in 0..<count {
      traffic.next(into: &record)
      bytes += record.value ?? []
      ends.append(bytes.count)
      times.append(record.at)
    }
  }

  var count: Int { times.count }

  /// Mean length of an event.
  var bytesPerEvent: Double { Double(bytes.count) / Double(count) }

  /// Calls `body` with each event as a log would deliver it.
  func forEach(in range: Range<Int>, _ body: (Int, InputRecord) -> Void) {
    bytes.withUnsafeBytes { bytes in
      for index in range {
        let value = UnsafeRawBufferPointer(rebasing: bytes[ends[index]..<ends[index + 1]])
        body(index, InputRecord(value: value, timestamp: times[index]))
      }
    }
  }

  /// Ranges of `size` events that together are all of them.
  func batches(of size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }
}

extension ShopTraffic {
  /// A shop that lives from campaigns: one event of four is a touchpoint or an order.
  static func ofCampaigns(people: Int, eventsPerSecond: Double) -> ShopTraffic {
    var settings = ShopTrafficSettings()
    settings.people = people
    settings.eventsPerSecond = eventsPerSecond
    settings.channels = [
      (.paidSearch, 0.30), (.paidSocial, 0.20), (.email, 0.25), (.affiliate, 0.10),
      (.display, 0.05), (.paidSearchByClickID, 0.02), (.organicSearch, 0.04), (.direct, 0.04),
    ]
    return ShopTraffic(settings, generator: SeededGenerator(seed: 1))
  }
}
