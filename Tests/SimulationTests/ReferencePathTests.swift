import Attribution
import Simulation
import Testing

@Suite struct ReferencePathTests {
  /// The only purchase expected from `records`.
  private static func purchase(
    _ records: [TrafficRecord], _ settings: AuditSettings = HandMade.settings()
  ) throws -> ExpectedConversion {
    let conversions = ReferenceAttribution(settings).expectation(of: records).conversions
    #expect(conversions.count == 1)
    return try #require(conversions.values.first)
  }

  /// One touchpoint per letter, a minute apart, then a purchase.
  private static func journey(_ letters: String) -> [TrafficRecord] {
    var records = letters.enumerated().map { index, letter in
      HandMade.letter(letter, "t\(index + 10)", at: Double(index))
    }
    records.append(HandMade.order("z", at: 100, "10"))
    return records
  }

  @Test(
    arguments: [
      ("dabbcdcc", [.unique], "DABBCDCC", [:]),
      ("dabbcdcc", [.exposure], "DABCDC", ["repeat": 2]),
      ("dabbcdcc", [.first], "DABC", ["repeat": 4]),
      ("dabbcdcc", [.frequency], "DABC", ["repeat": 4]),
      ("abaa", [.removeTrailing("A")], "AB", ["removed": 2]),
      ("abaa", [.remove(" a ")], "B", ["removed": 3]),
      ("aaa", [.removeTrailing("A")], "AAA", [:]),
      ("aaa", [.remove("A")], "AAA", [:]),
      ("abcaa", [.exposure, .remove("B")], "ACA", ["repeat": 1, "removed": 1]),
      ("abba", [.remove("B"), .exposure], "A", ["repeat": 1, "removed": 2]),
    ] as [(String, [AuditPathRules.Transform], String, [String: Int])])
  func `transforms give the paths of the table`(
    letters: String, transforms: [AuditPathRules.Transform], path: String, dropped: [String: Int]
  ) throws {
    let settings = HandMade.letterSettings { $0.path.transforms = transforms }
    let purchase = try ReferencePathTests.purchase(ReferencePathTests.journey(letters), settings)
    #expect(purchase.channelPath.joined() == path)
    #expect(purchase.dropped == dropped)
    #expect(purchase.considered == letters.count)
  }

  @Test func `frequency counts, keeps the first, and exposure keeps the last`() throws {
    let journey = ReferencePathTests.journey("dabbcdcc")
    let frequency = try ReferencePathTests.purchase(
      journey, HandMade.letterSettings { $0.path.transforms = [.frequency] })
    #expect(frequency.touchpoints.map(\.count) == [2, 1, 2, 3])
    #expect(frequency.touchpoints.map(\.eventID) == ["t10", "t11", "t12", "t14"])
    let exposure = try ReferencePathTests.purchase(journey, HandMade.letterSettings())
    #expect(exposure.touchpoints.map(\.eventID) == ["t10", "t11", "t13", "t14", "t15", "t17"])
  }

  @Test func `transforms compare by the dimension they are told`() throws {
    let settings = HandMade.letterSettings {
      $0.path.dimension = { $0.event.campaign["medium"] ?? "" }
    }
    let purchase = try ReferencePathTests.purchase(ReferencePathTests.journey("abc"), settings)
    #expect(purchase.channelPath == ["C"])
  }

  @Test func `both ends of the lookback window are inside`() throws {
    let settings = HandMade.letterSettings { $0.path.lookback[.visit] = .minutes(10) }
    let records = [
      HandMade.letter("a", "1", at: 9.99), HandMade.letter("b", "2", at: 10),
      HandMade.letter("c", "9", at: 20), HandMade.letter("d", "4", at: 20.001),
      HandMade.order("5", at: 20, "10"),
    ]
    let purchase = try ReferencePathTests.purchase(records, settings)
    // The click window of 30 days is the longest: "a" was considered, "d" came after.
    #expect(purchase.channelPath == ["B", "C"])
    #expect(purchase.considered == 3)
    #expect(purchase.dropped == ["outside_lookback": 1])
  }

  @Test func `the most recent touchpoints and the first stay within the maximum`() throws {
    for (maximum, path) in [(1, "A"), (2, "AE"), (3, "ADE"), (5, "ABCDE"), (6, "ABCDE")] {
      let settings = HandMade.letterSettings { $0.path.maximumTouchpoints = maximum }
      let purchase = try ReferencePathTests.purchase(ReferencePathTests.journey("abcde"), settings)
      #expect(purchase.channelPath.joined() == path)
      #expect(purchase.dropped["over_maximum"] ?? 0 == 5 - path.count)
    }
  }

  @Test(
    arguments: [
      (.never, true, "A", ["views_not_counted": 1]), (.never, false, "A", ["views_not_counted": 1]),
      (.whenNoClick, false, "AV", [:]), (.always, true, "AVK", [:]),
      (.whenNoClick, true, "AK", ["view_beside_click": 1]),
    ] as [(AuditPathRules.Views, Bool, String, [String: Int])])
  func `views count as the rule lets them`(
    views: AuditPathRules.Views, withClick: Bool, path: String, dropped: [String: Int]
  ) throws {
    var records = [
      HandMade.letter("a", "1", at: 0),
      HandMade.track("Ad Viewed", "2", at: 1, campaign: "\"source\":\"v\""),
      HandMade.order("4", at: 3, "10"),
    ]
    if withClick {
      records.append(
        HandMade.track("Email Link Clicked", "3", at: 2, campaign: "\"source\":\"k\""))
    }
    let purchase = try ReferencePathTests.purchase(
      records, HandMade.letterSettings { $0.path.views = views })
    let wanted = views == .never && withClick ? "AK" : path
    #expect(purchase.channelPath.joined() == wanted)
    #expect(purchase.dropped == dropped)
  }

  @Test func `a click outside its window removes no views`() throws {
    let records = [
      HandMade.track("Email Link Clicked", "1", at: 0, campaign: "\"source\":\"k\""),
      HandMade.track("Ad Viewed", "2", at: 90, campaign: "\"source\":\"v\""),
      HandMade.order("4", at: 100, "10"),
    ]
    let settings = HandMade.letterSettings { $0.path.lookback[.click] = .minutes(50) }
    let purchase = try ReferencePathTests.purchase(records, settings)
    #expect(purchase.channelPath == ["V"])
    #expect(purchase.dropped == ["outside_lookback": 1])
  }

  @Test func `a view has its own, shorter window`() throws {
    let records = [
      HandMade.track("Ad Viewed", "1", at: 0, campaign: "\"source\":\"v\""),
      HandMade.order("2", at: 1_440, "10"), HandMade.order("3", at: 1_440.001, "20"),
    ]
    let expectation = ReferenceAttribution(HandMade.letterSettings()).expectation(of: records)
    #expect(expectation.conversions["purchase:2"]?.channelPath == ["V"])
    #expect(expectation.conversions["purchase:3"]?.isUnattributed == true)
    #expect(expectation.conversions["purchase:3"]?.dropped == ["outside_lookback": 1])
  }

  @Test func `lists of channels and campaigns keep and drop`() throws {
    let journey = ReferencePathTests.journey("abcd")
    let excluded = try ReferencePathTests.purchase(
      journey,
      HandMade.letterSettings {
        $0.path.excludeChannels = [" A "]
        $0.path.excludeCampaigns = ["CB", "ca"]
      })
    #expect(excluded.channelPath == ["C", "D"])
    #expect(excluded.dropped == ["excluded_channel": 1, "excluded_campaign": 1])
    let included = try ReferencePathTests.purchase(
      journey,
      HandMade.letterSettings {
        $0.path.includeChannels = ["a", "B"]
        $0.path.includeCampaigns = ["cb", "cc"]
      })
    #expect(included.channelPath == ["B"])
    #expect(included.dropped == ["excluded_channel": 2, "excluded_campaign": 1])
  }

  @Test func `a path may start after the previous conversion of the same rule`() throws {
    let records = [
      HandMade.letter("a", "1", at: 0), HandMade.order("2", at: 1, "10"),
      HandMade.letter("b", "3", at: 2), HandMade.track("Signed Up", "4", at: 3),
      HandMade.letter("c", "0", at: 5), HandMade.letter("d", "6", at: 5),
      HandMade.order("5", at: 5, "10"), HandMade.order("7", at: 5, "10"),
    ]
    let settings = HandMade.letterSettings { $0.path.resetsAfterConversion = true }
    let conversions = ReferenceAttribution(settings).expectation(of: records).conversions
    #expect(conversions["purchase:2"]?.channelPath == ["A"])
    // The signup in between is another rule's. "6" comes after "5" in order, at the same time.
    #expect(conversions["purchase:5"]?.channelPath == ["B", "C", "D"])
    #expect(conversions["purchase:5"]?.dropped == ["before_previous_conversion": 1])
    #expect(conversions["purchase:7"]?.channelPath == ["D"])
    #expect(conversions["signup:4"]?.channelPath == ["A", "B"])
  }
}
