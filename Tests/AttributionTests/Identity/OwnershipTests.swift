import Attribution
import Testing

/// Whom a device belongs to is a function of what is known, not of when it became known.
@Suite struct OwnershipTests {
  private func time(_ minutes: Int64) -> EventTime { EventTime(milliseconds: minutes * 60_000) }

  private func link(_ minutes: Int64, _ person: String, isLogin: Bool = true) -> Ownership.Link {
    Ownership.Link(time: time(minutes), person: person, isLogin: isLogin)
  }

  private func ownership(_ links: [Ownership.Link]) -> Ownership {
    var ownership = Ownership()
    for link in links { _ = ownership.learn(link) }
    return ownership
  }

  @Test func `a device belongs to whoever used it last, and before to the first`() {
    let device = ownership([link(20, "bob"), link(10, "anna"), link(30, "anna")])
    let owners = [0, 10, 19, 20, 29, 30, 99].map { device.owner(at: time($0))?.person }
    #expect(owners == ["anna", "anna", "anna", "bob", "bob", "anna", "anna"])
  }

  @Test func `of links in five minutes the first counts, and every login`() {
    let device = ownership([
      link(13, "anna", isLogin: false), link(11, "anna", isLogin: false), link(12, "bob"),
    ])
    #expect(device.owner(at: time(14))?.person == "bob")
    #expect(device.owner(at: time(0))?.person == "anna")
    #expect(device.links.count == 2)
    let again = ownership([link(11, "anna", isLogin: false), link(12, "bob"), link(13, "anna")])
    #expect(again.owner(at: time(14))?.person == "anna")
  }

  @Test func `only what changes an answer is news`() {
    var device = Ownership()
    do {
      let isNews = device.learn(link(10, "anna"))
      #expect(isNews)
    }
    do {
      let isNews = device.learn(link(10, "anna"))
      #expect(!isNews)
    }
    do {
      let isNews = device.learn(link(30, "anna"))
      #expect(!isNews)
    }
    #expect(device.version == 1)
    do {
      let isNews = device.learn(link(20, "bob"))
      #expect(isNews)
    }
    #expect(device.version == 2)
  }

  @Test func `any order of links gives the same owners`() {
    let links = [
      link(10, "anna"), link(10, "bob"), link(12, "anna", isLogin: false), link(14, "bob"),
      link(11, "cleo", isLogin: false), link(13, "cleo", isLogin: false), link(16, "anna"),
    ]
    let expected = (0..<20).map { ownership(links).owner(at: time($0))?.person }
    var shuffled = links
    for round in 0..<400 {
      shuffled.swapAt(round % links.count, (round * 5 + 3) % links.count)
      let device = ownership(shuffled)
      #expect((0..<20).map { device.owner(at: time($0))?.person } == expected)
    }
  }

  @Test func `the latest alias counts`() {
    var person = Ownership()
    do {
      let isNews = person.learn(Ownership.Alias(time: time(20), target: "anna"))
      #expect(isNews)
    }
    do {
      let isNews = person.learn(Ownership.Alias(time: time(10), target: "bob"))
      #expect(!isNews)
    }
    #expect(person.destination(of: time(0), isAnonymous: false, from: "a") == .goes(to: "anna"))
    #expect(person.destination(of: time(0), isAnonymous: false, from: "anna") == .stays)
  }

  @Test func `after an erasure a device is in new hands`() {
    var device = ownership([link(10, "anna"), link(20, "bob")])
    do {
      let isNews = device.erase("anna", until: time(30))
      #expect(isNews)
    }
    do {
      let isNews = device.erase("anna", until: time(30))
      #expect(!isNews)
    }
    func destination(_ minutes: Int64) -> Ownership.Destination {
      device.destination(of: time(minutes), isAnonymous: true, from: "d")
    }
    #expect([5, 15].map(destination) == [.nowhere, .nowhere])
    #expect([25, 31].map(destination) == [.goes(to: "bob"), .goes(to: "bob")])
    #expect(device.people == ["bob"])
    do {
      let isNews = device.erase("bob", until: time(40))
      #expect(isNews)
    }
    #expect([25, 40, 41].map(destination) == [.nowhere, .nowhere, .stays])
  }

  @Test func `a device that was refused stays with itself`() {
    var device = ownership([link(10, "anna"), link(20, "bob")])
    do {
      let isNews = device.refuse("anna")
      #expect(isNews)
    }
    do {
      let isNews = device.refuse("anna")
      #expect(!isNews)
    }
    #expect(device.owner(at: time(12))?.person == "bob")
  }

  @Test func `pruning changes no answer from the horizon on`() {
    let links =
      [5, 10, 15, 20, 25, 30, 35].map { link($0, $0 % 2 == 0 ? "anna" : "bob") }
      + [link(40, "bob"), link(45, "bob"), link(50, "bob"), link(55, "anna")]
    var device = ownership(links)
    let whole = device
    let given = device.prune(before: time(22), lateness: time(60), limit: 100)
    #expect(given == 0)
    #expect(device.links.count < links.count)
    for minute in 22..<70 as Range<Int64> {
      #expect(device.owner(at: time(minute)) != nil)
      #expect(
        device.owner(at: time(minute))?.person == whole.owner(at: time(minute))?.person)
    }
    let count = device.links.count
    let overLimit = device.prune(before: time(0), lateness: time(0), limit: 2)
    #expect(overLimit == count - 2)
  }
}
