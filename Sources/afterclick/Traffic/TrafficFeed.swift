import Attribution
import Simulation

/// Hands out the shop's records when their time has come.
struct TrafficFeed {
  private var traffic: ShopTraffic
  private var next = TrafficRecord()
  /// What was next before the rate changed; it may come after what is next now.
  private var postponed: TrafficRecord?

  init(_ traffic: ShopTraffic) {
    self.traffic = traffic
    self.traffic.next(into: &next)
  }

  /// Records delivered at or before `time`, in order; more may be left when `limit` was reached.
  mutating func take(upTo time: EventTime, atMost limit: Int) -> [TrafficRecord] {
    var records: [TrafficRecord] = []
    while records.count < limit {
      if let record = postponed, record.at <= next.at {
        guard record.at <= time else { break }
        records.append(record)
        postponed = nil
        continue
      }
      guard next.at <= time else { break }
      records.append(next)
      // A new record rather than the same buffers: the old ones are on their way.
      next = TrafficRecord()
      traffic.next(into: &next)
    }
    return records
  }

  /// See `ShopTraffic.change`.
  mutating func change(eventsPerSecond: Double, from time: EventTime) {
    traffic.change(eventsPerSecond: eventsPerSecond, from: time)
    // The rate is changed once in a run: there is never a second one to postpone.
    precondition(postponed == nil, "the rate changes again before its last change took effect")
    postponed = next
    next = TrafficRecord()
    traffic.next(into: &next)
  }

  /// See `ShopTraffic.plant`.
  mutating func plant(_ incident: PlantedIncident) {
    traffic.plant(incident)
  }

  /// See `ShopTraffic.repair`.
  mutating func repair(at time: EventTime) {
    traffic.repair(at: time)
  }
}
