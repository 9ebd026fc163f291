package import Attribution

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An online shop's tracking events, without end, in order of delivery.
///
/// The same settings and generator give the same bytes. Of a hundred events about twenty-five are
/// touchpoints or conversions, five conversions. Cost: below two microseconds per event.
package struct ShopTraffic: Sequence, IteratorProtocol {
  /// A record on its way: delivered later than it would have been.
  private struct Pending {
    var key: [UInt8]
    var value: [UInt8]?
  }

  /// Events of an average arrival under the probabilities below; a test holds it to them.
  static let eventsPerArrival = 5.84
  /// Before the start people are already in the shop: as long as a long visit takes.
  private static let warmUp: Int64 = 300_000
  /// From device to delivery, for events that are not late.
  private static let transit: Int64 = 150

  private var settings: ShopTrafficSettings
  private var generator: SeededGenerator
  private let salt: UInt64
  private let channelBounds: [(upTo: Double, channel: ShopChannel)]
  private var writer: ShopEventWriter
  private var visits = TimedQueue<ShopVisit>()
  private var pending = TimedQueue<Pending>()
  private var nextArrival: Int64
  private var arrivals: UInt64 = 0
  private var orders = 0
  private var isInShop: [Bool]
  private var isKnown: [Bool]

  package init(_ settings: ShopTrafficSettings, generator: SeededGenerator) {
    precondition(settings.people > 0 && settings.eventsPerSecond > 0, "a shop has visitors")
    precondition((0...1).contains(settings.dailyAmplitude), "\(settings.dailyAmplitude)")
    self.settings = settings
    self.generator = generator
    writer = ShopEventWriter(namesSystem: settings.namesSystem)
    salt = self.generator.next()
    var sum = 0.0
    channelBounds = settings.channels.map { entry in
      sum += entry.weight
      return (sum, entry.channel)
    }
    precondition(sum > 0, "a visit has a channel")
    nextArrival = settings.start.milliseconds - ShopTraffic.warmUp
    isInShop = [Bool](repeating: false, count: settings.people)
    isKnown = [Bool](repeating: false, count: settings.people)
  }

  package mutating func next() -> TrafficRecord? {
    var record = TrafficRecord()
    next(into: &record)
    return record
  }

  /// Replaces `record` by the next one, in its own buffers.
  package mutating func next(into record: inout TrafficRecord) {
    while true {
      let step = Swift.min(visits.nextTime ?? .max, nextArrival)
      if let due = pending.nextTime, due <= step &+ ShopTraffic.transit {
        guard let (time, delivered) = pending.removeNext() else { continue }
        record.key = delivered.key
        record.value = delivered.value
        record.at = EventTime(milliseconds: time)
        return
      }
      if step == nextArrival {
        arrive()
      } else if let (time, visit) = visits.removeNext(), advance(visit, at: time, into: &record) {
        return
      }
    }
  }
}

extension ShopTraffic {
  /// From `time` on people come at another rate: the same people, who remember what they did.
  ///
  /// `time` is at or after everything delivered so far. Those who come then take as long as a visit
  /// takes until they order, so the events follow within five minutes.
  package mutating func change(eventsPerSecond: Double, from time: EventTime) {
    precondition(eventsPerSecond > 0, "a shop has visitors")
    settings.eventsPerSecond = eventsPerSecond
    nextArrival = time.milliseconds
  }

  /// Plants an incident while the shop is open.
  package mutating func plant(_ incident: PlantedIncident) {
    settings.incidents.append(incident)
  }

  /// Ends whatever incidents go on at `time`; those to come do not.
  package mutating func repair(at time: EventTime) {
    settings.incidents = settings.incidents.filter { $0.from < time }
    for index in settings.incidents.indices {
      settings.incidents[index].to = Swift.min(settings.incidents[index].to, time)
    }
  }
}

// How people come and what they do.
extension ShopTraffic {
  private mutating func arrive() {
    let time = nextArrival
    var number = generator.below(settings.people)
    // A person visits once at a time, unless nearly everybody is here.
    for _ in 0..<4 where isInShop[number] { number = generator.below(settings.people) }
    isInShop[number] = true
    let draw = generator.fraction() * channelBounds[channelBounds.count - 1].upTo
    let index = channelBounds.firstIndex { draw < $0.upTo } ?? channelBounds.count - 1
    let channel = channelBounds[index].channel
    let first: ShopVisit.Action
    switch generator.fraction() {
    case ..<0.12: first = .adOnly
    case ..<0.20: first = .adFirst
    default: first = channel == .email ? .emailClick : .landing
    }
    arrivals += 1
    let visit = ShopVisit(
      person: number, channel: channel, campaign: generator.below(ShopChannel.campaigns.count),
      number: arrivals, next: first, pagesLeft: generator.below(7),
      productsLeft: 1 + generator.below(2))
    visits.add(visit, at: time)
    let perSecond = settings.eventsPerSecond / ShopTraffic.eventsPerArrival * rhythm(at: time)
    let gap = -log(1 - generator.fraction()) / perSecond * 1_000
    // Rounded at random, so that a rate of many arrivals per millisecond is kept on average.
    nextArrival += Int64(gap + generator.fraction())
  }

  private func rhythm(at time: Int64) -> Double {
    guard settings.dailyAmplitude > 0 else { return 1 }
    let hour = Double(time % 86_400_000) / 3_600_000
    // Never quite zero, or the next arrival would be infinitely far.
    return Swift.max(0.001, 1 + settings.dailyAmplitude * cos((hour - 14) / 12 * Double.pi))
  }

  private func isTaken(
    _ step: ShopStep, at time: Int64, on device: ShopDevice, _ generator: inout SeededGenerator
  ) -> Bool {
    var probability = step.probability
    for incident in settings.incidents
    where incident.step == step && (incident.device ?? device) == device
      && incident.from.milliseconds <= time && time < incident.to.milliseconds
    {
      probability *= incident.factor
    }
    return generator.chance(probability)
  }

  /// Performs the visit's next action and schedules the one after it.
  ///
  /// Returns whether `record` now holds the event: it may be late, or before the start.
  private mutating func advance(
    _ visit: ShopVisit, at time: Int64, into record: inout TrafficRecord
  ) -> Bool {
    var visit = visit
    let person = ShopPerson(
      number: visit.person, salt: salt, shareWithSessionID: settings.shareWithSessionID,
      payingIn: settings.currency)
    prepare(&visit)
    let action = visit.next
    if action == .signUp || action == .order { isKnown[person.number] = true }
    let isDelivered =
      time >= settings.start.milliseconds
      && emit(action, of: visit, by: person, at: time, into: &record)
    visit.next = following(action, &visit, at: time, on: person.device)
    if visit.next == .leave {
      isInShop[person.number] = false
    } else {
      visits.add(visit, at: time + visit.pause(&generator))
    }
    return isDelivered
  }

  /// Decides what the action is about.
  private mutating func prepare(_ visit: inout ShopVisit) {
    switch visit.next {
    case .browse, .product:
      visit.product = 1 + generator.below(2_000)
      visit.cents = 499 + generator.below(30_000)
    case .order:
      orders += 1
      visit.orderNumber = orders
    case .refund:
      // More than was paid, now and then: what a shop gives back is its own affair.
      visit.refundedCents = 1 + generator.below(visit.cents + visit.cents / 4)
    case .adOnly, .adFirst, .emailClick, .landing, .signUp, .cart, .checkout, .orderAgain, .cancel,
      .leave:
      break
    }
  }

  private mutating func following(
    _ action: ShopVisit.Action, _ visit: inout ShopVisit, at time: Int64, on device: ShopDevice
  ) -> ShopVisit.Action {
    switch action {
    case .adOnly, .cancel, .leave: return .leave
    case .adFirst: return visit.channel == .email ? .emailClick : .landing
    case .emailClick: return .landing
    case .landing where generator.chance(0.05): return .signUp
    case .landing, .browse, .signUp:
      if visit.pagesLeft > 0 {
        visit.pagesLeft -= 1
        return .browse
      }
      return isTaken(.product, at: time, on: device, &generator) ? .product : .leave
    case .product:
      visit.productsLeft -= 1
      if visit.productsLeft > 0 { return .product }
      return isTaken(.cart, at: time, on: device, &generator) ? .cart : .leave
    case .cart: return isTaken(.checkout, at: time, on: device, &generator) ? .checkout : .leave
    case .checkout: return isTaken(.order, at: time, on: device, &generator) ? .order : .leave
    case .order:
      return generator.chance(settings.shareOrdersReportedTwice) ? .orderAgain : afterOrder()
    case .orderAgain, .refund: return afterOrder()
    }
  }

  private mutating func afterOrder() -> ShopVisit.Action {
    if settings.shareRefunded > 0, generator.chance(settings.shareRefunded) { return .refund }
    if settings.shareCancelled > 0, generator.chance(settings.shareCancelled) { return .cancel }
    return .leave
  }
}

// How events are delivered.
extension ShopTraffic {
  private mutating func emit(
    _ action: ShopVisit.Action, of visit: ShopVisit, by person: ShopPerson, at time: Int64,
    into record: inout TrafficRecord
  ) -> Bool {
    let isLate = settings.shareLate > 0 && generator.chance(settings.shareLate)
    let delay = isLate ? delay(upTo: settings.longestDelay.milliseconds) : ShopTraffic.transit
    let withUserID =
      switch settings.identities {
      case .stable: person.hasUserID
      case .login: isKnown[person.number]
      }
    let occasion = ShopEventWriter.Occasion(
      time: time, sentAt: isLate ? time + delay - ShopTraffic.transit / 2 : nil,
      receivedAt: time + delay, messageID: (generator.next(), generator.next()),
      withUserID: withUserID)
    writer.write(action, of: visit, by: person, on: occasion)
    let delivery = time + delay
    if settings.shareDuplicated > 0, generator.chance(settings.shareDuplicated) {
      let again = delivery + self.delay(upTo: 3_600_000)
      pending.add(
        Pending(key: key(of: person, withUserID), value: writer.bytes), at: again)
    }
    if isLate {
      pending.add(Pending(key: key(of: person, withUserID), value: writer.bytes), at: delivery)
    } else {
      fill(&record, person, withUserID, at: delivery)
    }
    if settings.shareGarbage > 0, generator.chance(settings.shareGarbage) {
      addGarbage(in: visit, by: person, withUserID: withUserID, at: time)
    }
    return !isLate
  }

  private mutating func addGarbage(
    in visit: ShopVisit, by person: ShopPerson, withUserID: Bool, at time: Int64
  ) {
    let kind = settings.garbage[generator.below(settings.garbage.count)]
    let delivery = time + ShopTraffic.transit
    let occasion = ShopEventWriter.Occasion(
      time: time, receivedAt: delivery, messageID: (generator.next(), generator.next()),
      withUserID: withUserID)
    let hasBytes = writer.write(
      kind, in: visit, by: person, on: occasion, cutAt: generator.fraction())
    pending.add(
      Pending(key: key(of: person, withUserID), value: hasBytes ? writer.bytes : nil),
      at: delivery)
  }

  /// From a second to `longest`, every magnitude as likely as any other.
  private mutating func delay(upTo longest: Int64) -> Int64 {
    let shortest = 1_000.0
    guard Double(longest) > shortest else { return Swift.max(longest, ShopTraffic.transit) }
    return Int64(shortest * pow(Double(longest) / shortest, generator.fraction()))
  }

  private func key(of person: ShopPerson, _ withUserID: Bool) -> [UInt8] {
    var key: [UInt8] = []
    ShopTraffic.appendKey(of: person, withUserID, to: &key)
    return key
  }

  private static func appendKey(
    of person: ShopPerson, _ withUserID: Bool, to key: inout [UInt8]
  ) {
    var text = EventBytes(appendingTo: key)
    key = []
    if withUserID {
      text.append("u-")
      text.append(number: person.number)
    } else {
      text.append(uuid: person.anonymousID.0, person.anonymousID.1)
    }
    key = text.bytes
  }

  private mutating func fill(
    _ record: inout TrafficRecord, _ person: ShopPerson, _ withUserID: Bool, at time: Int64
  ) {
    // Taken out of the record first: an array that has one owner is changed in place.
    var key = record.key ?? []
    record.key = nil
    key.removeAll(keepingCapacity: true)
    ShopTraffic.appendKey(of: person, withUserID, to: &key)
    record.key = key
    var value = record.value ?? []
    record.value = nil
    value.removeAll(keepingCapacity: true)
    value.append(contentsOf: writer.bytes)
    record.value = value
    record.at = EventTime(milliseconds: time)
  }
}
