import Attribution
import Formats
import Simulation
import Stages

/// Fills machines with journeys, touchpoint by touchpoint, as the journeys log would.
///
/// People take turns, so that each journey grows while others do: that is what fragments memory.
struct JourneyFiller {
  let people: Int
  let partitions: Int
  /// Every second touchpoint brings a click id of the usual length.
  var hasClickIDs = false
  private(set) var machines: [JourneyMachine]
  private var generator = SeededGenerator(seed: 7)
  private var writer = ByteWriter()
  private var event = JourneyEvent()
  private let profiles: [[UInt8]]
  private var rounds: Int64 = 0

  /// Distinct profiles of a shop of this size: campaigns, landing pages, devices, countries.
  private static func profileCount(for people: Int) -> Int { min(40_000, max(500, people / 10)) }

  init(people: Int, partitions: Int, rules: RuleSet) {
    self.people = people
    self.partitions = partitions
    machines = (0..<partitions).map { _ in JourneyMachine(rules: rules) }
    profiles = JourneyFiller.profiles(JourneyFiller.profileCount(for: people))
  }

  private static func profiles(_ count: Int) -> [[UInt8]] {
    let devices = ["mobile", "desktop", "tablet"]
    let countries = ["DE", "FR", "US", "GB", "IT", "ES", "NL", "PL", "AT", "CH"]
    return (0..<count).map { number in
      var profile = TouchpointProfile()
      profile.rule = "visit"
      profile.channel = "Paid Search"
      profile.source = "google"
      profile.medium = "cpc"
      profile.campaign = "campaign-\(number % 97)"
      profile.landingPage = "shop.example/category/\(number / 97)/overview"
      profile.referrer = "www.google.com"
      profile.device = devices[number % 3]
      profile.country = countries[number % 10]
      var writer = ByteWriter()
      PackedProfile.write(profile, to: &writer)
      return writer.bytes
    }
  }

  /// One more touchpoint for each of the first `count` people; nanoseconds of CPU in the machines.
  ///
  /// Records are prepared in slices beside the measured time.
  mutating func addRound(forFirst count: Int? = nil) throws -> Int64 {
    var spent: Int64 = 0
    var output = OutgoingRecords()
    let total = count ?? people
    var person = 0
    while person < total {
      let end = min(person + 10_000, total)
      output.removeAll()
      while person < end {
        append(person, to: &output)
        person += 1
      }
      spent += try CPUTime.spent { try step(output) }
    }
    rounds += 1
    return spent
  }

  private mutating func append(_ person: Int, to output: inout OutgoingRecords) {
    event.removeAll()
    event.time = EventTime(milliseconds: 1_772_409_600_000 + rounds * 3_600_000 + Int64(person))
    event.eventID = .uuid(high: generator.next(), low: generator.next())
    // Few profiles are frequent and many rare.
    let share = generator.fraction()
    let profile = profiles[Int(share * share * share * Double(profiles.count))]
    event.profile.append(contentsOf: profile)
    event.profileIfStarting.append(contentsOf: profile)
    if hasClickIDs, generator.chance(0.5) {
      let text = String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
      event.click = ClickID(name: "gclid", value: "CjwKCAjw_" + text + text)
    }
    writer.bytes.removeAll(keepingCapacity: true)
    JourneyEventCodec.write(event, to: &writer)
    var name = "u-\(person)"
    name.withUTF8 { name in
      let name = UnsafeRawBufferPointer(name)
      let partition = JourneyKey(person: name).partition(of: partitions)
      writer.bytes.withUnsafeBytes {
        output.append(to: .journeys, partition: Int32(partition), key: name, value: $0)
      }
    }
  }

  private mutating func step(_ output: OutgoingRecords) throws {
    var told = OutgoingRecords()
    try output.forEach { (record, key, value) throws(ByteReader.Malformed) in
      let partition = Int(record.partition ?? 0)
      let offset = machines[partition].nextOffset
      _ = try machines[partition].step(key: key, value: value, offset: offset, output: &told)
    }
    if !told.isEmpty { try step(told) }
  }

  /// The checkpoint of every machine, in slices as the daemon writes them: each partition's records.
  mutating func checkpoint() -> [[OutgoingRecords]] {
    machines.indices.map { index in
      var slices: [OutgoingRecords] = []
      machines[index].beginCheckpoint()
      while machines[index].isCheckpointing {
        var slice = OutgoingRecords()
        machines[index].writeCheckpointSlice(limit: 1_000, partition: Int32(index), to: &slice)
        slices.append(slice)
      }
      return slices
    }
  }
}
