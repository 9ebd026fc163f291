import Testing

@testable import Attribution

/// A journey under hand-written events.
struct JourneyStory {
  var journey = Journey()
  var profiles = ProfileTable()
  var rules: RuleSet
  var streamTime = EventTime.distantPast

  init(_ path: PathRules, _ change: (inout RuleSet) -> Void = { _ in }) throws {
    let rule = ConversionRule(
      name: "sale", when: try EventRule(.always), path: path, models: [LastTouchModel()])
    rules = RuleSet(fields: FieldTable(), touchpoints: [], conversions: [rule], channels: [])
    rules.time.lateAccept = .days(30)
    change(&rules)
  }

  static func profile(_ channel: String, _ interaction: Interaction = .visit) -> [UInt8] {
    var profile = TouchpointProfile()
    profile.rule = "visit"
    profile.channel = channel
    profile.interaction = interaction
    var writer = ByteWriter()
    PackedProfile.write(profile, to: &writer)
    return writer.bytes
  }

  @discardableResult
  mutating func apply(
    _ id: String, at time: TimeSpan, _ change: (inout JourneyEvent) -> Void
  ) -> JourneyUpdate {
    var event = JourneyEvent()
    event.time = EventTime(milliseconds: 0) + time
    event.eventID = EventID(id)
    change(&event)
    streamTime = max(streamTime, event.time)
    return journey.apply(event, rules: rules, streamTime: streamTime, profiles: &profiles)
  }

  @discardableResult
  mutating func touch(
    _ channel: String, at time: TimeSpan, _ interaction: Interaction = .visit
  ) -> JourneyUpdate {
    apply("touch-\(channel)", at: time) { event in
      event.profile = JourneyStory.profile(channel, interaction)
      event.profileIfStarting = event.profile
    }
  }

  /// A page view: a touchpoint if it starts a session, or another, as the two names say.
  @discardableResult
  mutating func page(
    _ id: String, at time: TimeSpan, starting: String?, otherwise: String? = nil,
    session: UInt64? = nil
  ) -> JourneyUpdate {
    apply(id, at: time) { event in
      event.session = session.map { .tracked($0) } ?? .activity
      event.profile = otherwise.map { JourneyStory.profile($0) } ?? []
      event.profileIfStarting = starting.map { JourneyStory.profile($0) } ?? []
    }
  }

  mutating func sale(_ id: String, at time: TimeSpan) -> JourneyUpdate {
    apply(id, at: time) { $0.conversions = [ConversionReport(rule: "sale")] }
  }

  /// What is in the journey, in order: `a:Landing b:Page`.
  var touchpoints: String {
    journey.touchpoints.map { touchpoint in
      "\(journey.eventID(of: touchpoint)):\(profiles.profile(of: touchpoint.profile).channel)"
    }.joined(separator: " ")
  }
}

@Suite struct JourneyTests {
  private static let day = TimeSpan.days(1)
  private static let open = PathRules(
    lookback: .init(click: .days(30), visit: .days(7), view: .days(1)), views: .always,
    transforms: [])

  @Test func `a touchpoint takes thirty-two bytes`() {
    #expect(MemoryLayout<StoredTouchpoint>.size == 32)
    #expect(MemoryLayout<StoredTouchpoint>.stride == 32)
    #expect(MemoryLayout<SessionSpan>.stride <= 72)
  }

  @Test(arguments: [
    (Interaction.click, TimeSpan.days(30)), (.visit, .days(7)), (.view, .days(1)),
  ])
  func `both ends of a lookback window are inclusive`(
    interaction: Interaction, lookback: TimeSpan
  ) throws {
    let t = TimeSpan.days(100)
    for (age, isIn) in [
      (0, true), (lookback.milliseconds, true), (lookback.milliseconds + 1, false),
      (-1, false),
    ] as [(Int64, Bool)] {
      var story = try JourneyStory(JourneyTests.open)
      story.touch("A", at: TimeSpan(milliseconds: t.milliseconds - age), interaction)
      let update = story.sale("s", at: t)
      #expect(update.emissions.count == 1)
      #expect(update.emissions[0].path.touchpoints.count == (isIn ? 1 : 0), "age \(age)")
      #expect(update.emissions[0].status == (isIn ? .attributed : .unattributed))
    }
  }

  @Test func `what is inside another window but not its own is explained`() throws {
    var story = try JourneyStory(JourneyTests.open)
    story.touch("V", at: .days(1), .view)
    story.touch("K", at: .days(1), .click)
    let path = story.sale("s", at: .days(5)).emissions[0].path
    #expect(path.considered == 2)
    #expect(path.dropped == [.outsideLookback: 1])
    #expect(path.letters == "K")
  }

  @Test func `an event can be touchpoint and conversion at once`() throws {
    var story = try JourneyStory(JourneyTests.open)
    let update = story.apply("x", at: .days(1)) { event in
      event.profile = JourneyStory.profile("Email")
      event.profileIfStarting = event.profile
      event.conversions = [ConversionReport(rule: "sale")]
    }
    #expect(update.emissions.map(\.path.letters) == ["Email"])
  }

  @Test func `touchpoints of one moment are ordered by id`() throws {
    for order in [["A", "B", "C"], ["C", "B", "A"], ["B", "C", "A"]] {
      var story = try JourneyStory(JourneyTests.open)
      for channel in order { story.touch(channel, at: .days(1)) }
      #expect(story.sale("s", at: .days(1)).emissions[0].path.letters == "A B C")
    }
  }

  @Test func `what is past the horizon is forgotten with its profile`() throws {
    var story = try JourneyStory(JourneyTests.open) { $0.time.lateAccept = .zero }
    story.touch("A", at: .days(0))
    story.touch("B", at: .days(30))
    #expect(story.touchpoints == "touch-A:A touch-B:B")
    story.touch("C", at: .days(30) + TimeSpan(milliseconds: 1))
    #expect(story.touchpoints == "touch-B:B touch-C:C")
    #expect(story.profiles.count == 2)
    #expect(story.touch("D", at: .days(-1)).isTooLate)
    #expect(story.touchpoints == "touch-B:B touch-C:C")
  }

  @Test func `details follow their touchpoints when others go`() throws {
    var story = try JourneyStory(JourneyTests.open) { $0.limits.touchpointsPerJourney = 2 }
    for (number, id) in ["x", "d16ac635-6d43-4ba0-b25a-b988f773fbd7", "y", "z"].enumerated() {
      story.apply(id, at: .days(Int64(number))) { event in
        event.profile = JourneyStory.profile("C\(number)")
        event.profileIfStarting = event.profile
        event.click = number == 3 ? nil : ClickID(name: "gclid", value: id)
      }
    }
    #expect(story.touchpoints == "x:C0 z:C3")
    #expect(story.journey.details.count == 2)
    #expect(story.journey.touchpoints.map { story.journey.click(of: $0)?.value } == ["x", nil])
  }

  @Test func `a limit of one keeps the first`() throws {
    var story = try JourneyStory(JourneyTests.open) { $0.limits.touchpointsPerJourney = 1 }
    story.touch("A", at: .days(1))
    story.touch("B", at: .days(2))
    #expect(story.touchpoints == "touch-A:A")
  }
}

/// Sessions, in every order of arrival.
@Suite struct SessionTests {
  private static let rules = PathRules(lookback: .init(), views: .always, transforms: [])

  private func story(_ change: (inout RuleSet) -> Void = { _ in }) throws -> JourneyStory {
    try JourneyStory(SessionTests.rules, change)
  }

  @Test func `inactivity of the timeout begins a session, less does not`() throws {
    var story = try story()
    story.page("a", at: .minutes(0), starting: "Landing")
    story.page("b", at: TimeSpan(milliseconds: 1_799_999), starting: "Landing")
    story.page("c", at: TimeSpan(milliseconds: 3_599_999), starting: "Landing")
    #expect(story.touchpoints == "a:Landing c:Landing")
    #expect(story.journey.sessions.count == 2)
  }

  @Test func `an earlier event takes the start over`() throws {
    var story = try story()
    story.page("b", at: .minutes(10), starting: "Landing")
    story.page("a", at: .minutes(0), starting: "Landing")
    #expect(story.touchpoints == "a:Landing")
    #expect(story.profiles.count == 1)
  }

  @Test func `an event between two sessions makes them one`() throws {
    var story = try story()
    story.page("a", at: .minutes(0), starting: "Landing")
    story.page("c", at: .minutes(40), starting: "Landing")
    #expect(story.touchpoints == "a:Landing c:Landing")
    story.page("b", at: .minutes(20), starting: "Landing")
    #expect(story.touchpoints == "a:Landing")
    #expect(story.journey.sessions.count == 1)
  }

  @Test func `a start that is taken over becomes what it is otherwise`() throws {
    var story = try story()
    story.page("b", at: .minutes(10), starting: "Landing", otherwise: "Page")
    #expect(story.touchpoints == "b:Landing")
    story.page("a", at: .minutes(0), starting: "Landing", otherwise: "Page")
    #expect(story.touchpoints == "a:Landing b:Page")
    story.journey.removeAll(profiles: &story.profiles)
    #expect(story.profiles.count == 0)
  }

  @Test func `a start that is no touchpoint becomes one when it is taken over`() throws {
    var story = try story()
    story.page("b", at: .minutes(10), starting: nil, otherwise: "Return")
    #expect(story.touchpoints == "")
    // Delivered twice it does not follow itself.
    #expect(story.page("b", at: .minutes(10), starting: nil, otherwise: "Return").isDuplicate)
    #expect(story.touchpoints == "")
    story.page("a", at: .minutes(0), starting: nil, otherwise: "Return")
    #expect(story.touchpoints == "b:Return")
    story.journey.removeAll(profiles: &story.profiles)
    #expect(story.profiles.count == 0)
  }

  @Test func `the tracker's sessions are apart from inactivity and from one another`() throws {
    var story = try story()
    story.page("a", at: .minutes(0), starting: "L", session: 1)
    story.page("b", at: .minutes(1), starting: "L")
    story.page("c", at: .minutes(2), starting: "L", session: 2)
    story.page("d", at: .minutes(500), starting: "L", session: 1)
    #expect(story.touchpoints == "a:L b:L c:L")
    story.page("e", at: .minutes(-5), starting: "L", session: 2)
    #expect(story.touchpoints == "e:L a:L b:L")
  }

  @Test func `events of one moment: the smaller id starts`() throws {
    for ids in [["a", "b"], ["b", "a"]] {
      var story = try story()
      for id in ids { story.page(id, at: .minutes(0), starting: "L") }
      #expect(story.touchpoints == "a:L")
    }
  }

  @Test func `a session lives until its timeout, however short the lookback`() throws {
    let landing = TouchpointRule(
      name: "landing", when: try EventRule(.startsSession(true)), interaction: .visit)
    let minute = TimeSpan.minutes(1)
    var story = try JourneyStory(
      PathRules(lookback: .init(click: minute, visit: minute, view: minute), transforms: [])
    ) { rules in
      rules.time.lateAccept = .zero
      rules.touchpoints = [landing]
    }
    story.page("a", at: .minutes(0), starting: "L")
    story.page("b", at: .minutes(20), starting: "L")
    #expect(story.touchpoints == "a:L")
    story.page("c", at: .minutes(49), starting: "L")
    #expect(story.touchpoints == "")
    #expect(story.journey.sessions.count == 1)
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `the order of arrival makes no difference`(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let pages = (0..<8).map { number in
      (
        id: "p\(number)", minutes: Int64(dice.below(12)) * 10, kind: dice.below(4),
        session: dice.below(3) == 0 ? UInt64(dice.below(2)) : nil
      )
    }
    var results: Set<String> = []
    for _ in 0..<6 {
      var story = try story()
      var rest = pages + pages
      while !rest.isEmpty {
        let page = rest.remove(at: dice.below(rest.count))
        story.page(
          page.id, at: .minutes(page.minutes), starting: page.kind & 1 == 0 ? nil : "L",
          otherwise: page.kind & 2 == 0 ? nil : "P", session: page.session)
      }
      results.insert(story.touchpoints)
      story.journey.removeAll(profiles: &story.profiles)
      #expect(story.profiles.count == 0, "seed \(seed)")
    }
    #expect(results.count == 1, "seed \(seed): \(results)")
  }
}
