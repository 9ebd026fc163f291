import Attribution
import Formats
import Simulation
import Stages
import Testing

/// Who is who, told by hand.
@Suite struct IdentityTests {
  private let phone = "\"anonymousId\":\"phone\""
  private let anna = "\"userId\":\"anna\""
  private let bob = "\"userId\":\"bob\""
  private func order(_ key: String) -> String { "\"order\":\"\(key)\"" }

  @Test func `what a device did becomes its person's, conversions emitted before included`() throws
  {
    var shop = try Shop()
    shop.tell(0, "page", "\(anna)")
    shop.tell(1, "page", phone)
    shop.tell(2, "Order", phone, order("k"))
    shop.tell(3, "identify", "\(phone),\(anna)")
    shop.tell(4, "Order", phone, order("l"))
    let daemon = try shop.run()
    #expect(
      try daemon.said() == [
        Said("purchase:k", 1, "phone", "new", path: 1),
        Said("purchase:k", 2, "anna", "identity_merge", path: 2),
        Said("purchase:l", 1, "anna", "new", path: 2),
      ])
    #expect(daemon.counters.eventsMoved == 2)
    #expect(daemon.counters.eventsPassedOn == 1)
  }

  @Test func `who logs in next is somebody else`() throws {
    var shop = try Shop()
    shop.tell(0, "identify", "\(phone),\(anna)")
    shop.tell(1, "page", phone)
    shop.tell(10, "identify", "\(phone),\(bob)")
    shop.tell(11, "Order", phone, order("b"))
    shop.tell(12, "Order", anna, order("a"))
    #expect(
      try shop.run().said() == [
        Said("purchase:a", 1, "anna", "new", path: 1),
        Said("purchase:b", 1, "bob", "new", path: 0),
      ])
  }

  @Test func `a login that is heard of late takes back what came after it`() throws {
    var shop = try Shop()
    shop.tell(0, "identify", "\(phone),\(anna)")
    shop.tell(11, "page", phone)
    shop.tell(12, "Order", phone, order("b"))
    shop.tell(13, "Order", anna, order("a"))
    shop.tell(10, "identify", "\(phone),\(bob)")
    let daemon = try shop.run()
    #expect(
      try daemon.said() == [
        Said("purchase:a", 1, "anna", "new", path: 1),
        Said("purchase:a", 2, "anna", "identity_merge", path: 0),
        Said("purchase:b", 1, "anna", "new", path: 1),
        Said("purchase:b", 2, "bob", "identity_merge", path: 1),
      ])
  }

  @Test func `a conversion that knows only a hashed e-mail address is its owner's`() throws {
    let hash = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
    var shop = try Shop { rules in
      rules.identity.emails = [rules.fields.index(ofPointer: "/traits/email")]
    }
    shop.tell(0, "page", phone)
    shop.tell(1, "Order", "\"userId\":\"\(hash)\"", order("before"))
    // Anybody may send traits; only an `identify` says whose they are.
    shop.tell(2, "page", bob, #""traits":{"email":"user@example.com"}"#)
    shop.tell(3, "identify", "\(phone),\(anna)", #""traits":{"email":" User@Example.com"}"#)
    shop.tell(4, "Order", "\"userId\":\"\(hash)\"", order("after"))
    #expect(
      try shop.run().said() == [
        Said("purchase:after", 1, "anna", "new", path: 1),
        Said("purchase:before", 1, hash, "new", path: 0),
        Said("purchase:before", 2, "anna", "identity_merge", path: 1),
      ])
  }

  @Test(arguments: [
    (" User@Example.COM\n", "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"),
    (
      "B4C9A289323B21A01C3E940F150EB9B8C542587F1ABFD8F0E1CC1FFC5E475514",
      "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
    ), ("nobody", nil), ("", nil),
  ])
  func `an address is hashed as others hash it, and a hash is left alone`(
    text: String, name: String?
  ) {
    var text = text
    #expect(text.withUTF8 { HashedEmail.name(of: UnsafeRawBufferPointer($0)) } == name)
  }

  @Test func `two people are one only by an alias`() throws {
    var shop = try Shop()
    shop.tell(0, "page", anna)
    shop.tell(1, "identify", "\(anna),\(phone)")
    shop.tell(2, "identify", "\(bob),\(phone)")
    shop.tell(3, "Order", bob, order("k"))
    shop.tell(4, "alias", bob, "\"previousId\":\"anna\"")
    #expect(
      try shop.run().said() == [
        Said("purchase:k", 1, "bob", "new", path: 0),
        Said("purchase:k", 2, "bob", "identity_merge", path: 1),
      ])
  }

  @Test(arguments: ["null", "0", "00000000-0000-0000-0000-000000000000", "Anonymous"])
  func `blocked ids identify nobody`(id: String) throws {
    var shop = try Shop()
    shop.tell(0, "page", phone)
    shop.tell(1, "Order", "\(phone),\"userId\":\"\(id)\"", order("k"))
    shop.tell(2, "Order", "\"userId\":\"\(id)\"", order("l"))
    shop.tell(3, "Order", "\(anna),\"anonymousId\":\"\(id)\"", order("m"))
    shop.tell(4, "Order", "\"anonymousId\":\"\(id)\"", order("n"))
    #expect(
      try shop.run().said() == [
        Said("purchase:k", 1, "phone", "new", path: 1),
        Said("purchase:m", 1, "anna", "new", path: 0),
      ])
  }

  @Test func `a person takes in no more devices than may be`() throws {
    var shop = try Shop { $0.identity.maximumDevices = 2 }
    for (number, device) in ["one", "two", "three"].enumerated() {
      let id = "\"anonymousId\":\"\(device)\""
      let minute = Int64(number) * 10
      shop.tell(minute, "page", id)
      shop.tell(minute + 1, "Order", id, order(device))
      shop.tell(minute + 2, "identify", "\(id),\(anna)")
      shop.tell(minute + 3, "page", id)
    }
    shop.tell(50, "Order", anna, order("k"))
    let daemon = try shop.run()
    let last = try daemon.said().reduce(into: [:]) { $0[$1.id] = $1 }
    #expect(last["purchase:one"]?.person == "anna")
    #expect(last["purchase:two"]?.person == "anna")
    #expect(last["purchase:three"]?.person == "three")
    #expect(last["purchase:three"]?.path == 1)
    #expect(last["purchase:k"] == Said("purchase:k", 1, "anna", "new", path: 4))
    #expect(daemon.counters.devicesOverLimit > 0)
  }

  @Test func `names in a circle end somewhere, and all is well`() throws {
    var shop = try Shop()
    shop.tell(0, "alias", bob, "\"previousId\":\"anna\"")
    shop.tell(1, "alias", anna, "\"previousId\":\"bob\"")
    shop.tell(2, "Order", anna, order("k"))
    shop.tell(3, "Order", bob, order("l"))
    let said = try shop.run().said()
    #expect(Set(said.map(\.id)) == ["purchase:k", "purchase:l"])
  }

  @Test func `names leave the process as the key makes them`() throws {
    let naming = PersonNaming.keyed(Array("0123456789abcdef".utf8))
    var shop = try Shop { $0.identity.naming = naming }
    shop.tell(0, "Order", phone, order("k"))
    shop.tell(1, "identify", "\(anna),\(phone)")
    let daemon = try shop.run()
    #expect(
      try daemon.said().map(\.person) == [naming.name(of: "phone"), naming.name(of: "anna")])
    for record in daemon.log.committedConversions {
      let text = String(decoding: record.value ?? [], as: UTF8.self)
      #expect(!text.contains("phone") && !text.contains("anna"))
    }
  }

  @Test func `a device is forgotten when it was not heard of for long`() throws {
    var shop = try Shop { $0.identity.linkRetention = .days(20) }
    shop.tell(0, "identify", "\(anna),\(phone)")
    shop.tell(19 * 1_440, "Order", phone, order("k"))
    shop.tell(40 * 1_440, "Order", phone, order("l"))
    #expect(try shop.run().said().map(\.person) == ["anna", "phone"])
  }

  /// Where nobody is linked with anybody, stitching is of no consequence.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `without links nothing is different`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var pair = try RulePair.random(lateAccept: .days(1), shortestLookback: 4, &generator)
    let history = TangledHistory(TangledHistory.Settings(), &generator)
    let records = history.arrival(lateAccept: .days(1), &generator).map { record in
      var record = record
      if seed % 2 == 0 {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        record.value = Array(text.replacing("\"userId\"", with: "\"anonymousId\"").utf8)
      }
      return record
    }
    var outputs: [[MemoryRecord]] = []
    for stitches in [false, true] {
      pair.rules.identity.stitches = stitches
      var daemon = try SimulatedDaemon(
        SimulatedDaemon.Settings(rules: pair.rules), inputs: [records], seed: seed)
      try daemon.run()
      outputs.append(daemon.log.committedConversions)
    }
    #expect(outputs[0] == outputs[1])
    #expect(!outputs[0].isEmpty)
  }
}
