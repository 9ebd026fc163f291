import Testing

@testable import Attribution

/// The design's table, and what its words say about paths that are not in it.
@Suite struct PathTransformTests {
  private static let a = NormalizedText("A")

  @Test(
    arguments: [
      (.unique, "D A B B C D C C", "D A B B C D C C"),
      (.exposure, "D A B B C D C C", "D A B C D C"),
      (.first, "D A B B C D C C", "D A B C"),
      (.frequency, "D A B B C D C C", "D(2) A B(2) C(3)"),
      (.removeTrailing(a), "A B A A", "A B"), (.remove(a), "A B A A", "B"),
      // Unless the path is only that.
      (.removeTrailing(a), "A A", "A A"), (.remove(a), "A A", "A A"),
      (.removeTrailing(a), "A B", "A B"), (.remove(a), "B C", "B C"),
      (.removeTrailing(a), "B a A", "B"), (.remove(a), "a B", "B"),
      (.exposure, "A A A", "A"), (.first, "A A A", "A"), (.frequency, "A", "A"),
      (.unique, "", ""), (.exposure, "", ""), (.first, "", ""), (.frequency, "", ""),
      (.remove(a), "", ""), (.removeTrailing(a), "", ""),
    ] as [(PathTransform, String, String)])
  func `a path after one transform`(transform: PathTransform, before: String, after: String) {
    var path = Path.letters(before)
    path.apply(transform, by: .channel)
    #expect(path.letters == after)
    let dropped = before.split(separator: " ").count - path.touchpoints.count
    #expect(path.dropped.values.reduce(0, +) == dropped)
    #expect(path.dropped.keys.allSatisfy { [.repeated, .removed].contains($0) })
  }

  @Test func `exposure keeps the last of a run, first and frequency the first`() {
    for (transform, times) in [(.exposure, [1]), (.first, [0]), (.frequency, [0])]
      as [(PathTransform, [Int64])]
    {
      var path = Path.letters("A A")
      path.apply(transform, by: .channel)
      #expect(path.touchpoints.map { $0.time.milliseconds / 3_600_000 } == times)
    }
  }

  @Test func `transforms follow one another`() {
    var rules = PathRules(transforms: [.remove(PathTransformTests.a), .exposure])
    var path = Path.letters("B A B C")
    path.apply(rules)
    #expect(path.letters == "B C")
    rules.transforms.reverse()
    path = Path.letters("B A B C")
    path.apply(rules)
    #expect(path.letters == "B B C")
  }

  @Test func `frequency after frequency keeps the counts`() {
    var path = Path.letters("D A B B C D C C")
    path.apply(.frequency, by: .channel)
    path.apply(.frequency, by: .channel)
    #expect(path.letters == "D(2) A B(2) C(3)")
  }

  @Test func `values are compared by the dimension, without regard to case`() {
    var path = Path(touchpoints: [
      .at(.hours(0), "Email", campaign: "Spring"), .at(.hours(1), "Display", campaign: " spring"),
      .at(.hours(2), "Display", campaign: "summer"), .at(.hours(3), "Email"),
    ])
    path.apply(.exposure, by: .campaign)
    #expect(path.touchpoints.map(\.profile.channel) == ["Display", "Display", "Email"])
    path.apply(.remove(NormalizedText("SUMMER")), by: .campaign)
    #expect(path.touchpoints.map(\.profile.channel) == ["Display", "Email"])
  }

  @Test(arguments: Dimension.allCases)
  func `every dimension has a value, if only an empty one`(dimension: Dimension) {
    var profile = TouchpointProfile()
    let empty = dimension == .sourceMedium ? " / " : ""
    #expect(dimension.value(of: profile) == empty)
    profile.rule = "x"
    profile.channel = "x"
    profile.source = "x"
    profile.medium = "x"
    profile.campaign = "x"
    profile.term = "x"
    profile.content = "x"
    profile.landingPage = "x"
    profile.referrer = "x"
    profile.device = "x"
    profile.country = "x"
    #expect(dimension.value(of: profile) == (dimension == .sourceMedium ? "x / x" : "x"))
  }
}

/// Views, lists and limits.
@Suite struct PathRulesTests {
  private func path(_ interactions: [(String, Interaction)]) -> Path {
    Path(
      touchpoints: interactions.enumerated().map { index, entry in
        .at(.hours(Int64(index)), entry.0, interaction: entry.1)
      })
  }

  @Test(
    arguments: [
      (.never, [("V", .view), ("K", .click), ("S", .visit)], "K S", .viewsNotCounted),
      (.never, [("V", .view)], "", .viewsNotCounted),
      (.always, [("V", .view), ("K", .click)], "V K", nil),
      (.whenNoClick, [("V", .view), ("S", .visit)], "V S", nil),
      (.whenNoClick, [("K", .click), ("V", .view)], "K", .viewBesideClick),
      (.whenNoClick, [("V", .view), ("V", .view)], "V V", nil),
    ] as [(PathRules.Views, [(String, Interaction)], String, DropReason?)])
  func `views count as the rule lets them`(
    views: PathRules.Views, interactions: [(String, Interaction)], letters: String,
    reason: DropReason?
  ) {
    var path = path(interactions)
    path.apply(PathRules(views: views, transforms: []))
    #expect(path.letters == letters)
    #expect(path.dropped.keys.first == reason)
  }

  @Test func `a click that is excluded later still removes views`() {
    var path = path([("V", .view), ("K", .click), ("S", .visit)])
    path.apply(PathRules(excludeChannels: [NormalizedText("k")], transforms: []))
    #expect(path.letters == "S")
    #expect(path.dropped == [.viewBesideClick: 1, .excludedChannel: 1])
  }

  @Test(
    arguments: [
      ([], ["b"], "A C"), (["a", "B "], [], "A B"), (["a", "b"], ["B"], "A"), (["x"], [], ""),
      ([], [], "A B C"),
    ] as [([String], [String], String)])
  func `channels are included and excluded`(
    include: [String], exclude: [String], letters: String
  ) {
    var path = Path.letters("A B C")
    path.apply(
      PathRules(
        includeChannels: include.map { NormalizedText($0) },
        excludeChannels: exclude.map { NormalizedText($0) }, transforms: []))
    #expect(path.letters == letters)
  }

  @Test func `touchpoints without a campaign are none of a list of campaigns`() {
    var path = Path(touchpoints: [.at(.hours(0), "A", campaign: "Spring"), .at(.hours(1), "B")])
    path.apply(PathRules(includeCampaigns: [NormalizedText("spring")], transforms: []))
    #expect(path.letters == "A")
    #expect(path.dropped == [.excludedCampaign: 1])
  }

  @Test(arguments: [(1, "A"), (2, "A E"), (3, "A D E"), (5, "A B C D E"), (9, "A B C D E")])
  func `a long path keeps its first and its most recent`(maximum: Int, letters: String) {
    var path = Path.letters("A B C D E")
    path.apply(PathRules(transforms: [], maximumTouchpoints: maximum))
    #expect(path.letters == letters)
    #expect(path.dropped[.overMaximum] ?? 0 == max(0, 5 - maximum))
  }
}
