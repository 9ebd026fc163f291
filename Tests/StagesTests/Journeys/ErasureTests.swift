import Attribution
import Formats
import Simulation
import Stages
import Testing

/// Who asks to be forgotten is.
@Suite struct ErasureTests {
  private let phone = "\"anonymousId\":\"annas-telephone\""
  private let anna = "\"userId\":\"anna@example.com\""
  private let bob = "\"userId\":\"bob@example.com\""
  private func order(_ key: String) -> String { "\"order\":\"\(key)\"" }

  private func shop(_ change: (inout RuleSet) throws -> Void = { _ in }) throws -> Shop {
    try Shop { rules in
      rules.consent.erases = try EventRule(
        .field(FieldIndex(.event), [.equals([.text("Erase Me")])]))
      try change(&rules)
    }
  }

  /// Conversions that stand in the end, with whose they are.
  private func standing(_ daemon: SimulatedDaemon) throws -> [String: String] {
    var standing: [String: String] = [:]
    for record in daemon.log.committedConversions {
      let id = String(decoding: record.key ?? [], as: UTF8.self)
      standing[id] = record.value == nil ? nil : try Said(record).person
    }
    return standing
  }

  /// Which of `words` are in the changelog after the next checkpoint and compaction, or in an audit.
  private func traces(of words: [String], in daemon: SimulatedDaemon) -> [String] {
    var daemon = daemon
    daemon.release()
    var bytes: [[UInt8]] = daemon.log.audits.compactMap(\.value)
    for partition in daemon.machines.indices {
      daemon.compact(partition)
      bytes += daemon.log.changelog[partition].compactMap(\.value)
    }
    return words.filter { word in
      bytes.contains { String(decoding: $0, as: UTF8.self).contains(word) }
    }
  }

  @Test func `everything of a person goes, and of the devices`() throws {
    var shop = try shop()
    shop.tell(0, "page", phone)
    shop.tell(1, "Order", phone, order("before"))
    shop.tell(2, "identify", "\(anna),\(phone)")
    shop.tell(3, "page", anna)
    shop.tell(4, "Order", anna, order("known"))
    shop.tell(5, "Order", bob, order("other"))
    shop.tell(6, "Erase Me", anna)
    let daemon = try shop.run()
    #expect(try standing(daemon) == ["purchase:other": "bob@example.com"])
    #expect(daemon.log.audits.count == 1)
    let audit = String(decoding: try #require(daemon.log.audits[0].value), as: UTF8.self)
    #expect(audit.contains("\"schema\":\"afterclick/erasure/v1\""))
    #expect(audit.contains("\"events\":4,\"conversions\":2,\"links\":1"))
    #expect(daemon.log.audits[0].key == nil)
    #expect(traces(of: ["anna@", "annas-telephone", "before", "known"], in: daemon) == [])
    #expect(traces(of: ["bob@", "other"], in: daemon) == ["other"])
  }

  @Test func `what comes late from before is not let in, and the device starts anew`() throws {
    var shop = try shop()
    shop.tell(2, "identify", "\(anna),\(phone)")
    shop.tell(9, "Erase Me", anna)
    shop.tell(3, "Order", anna, order("late"))
    shop.tell(4, "Order", phone, order("late too"))
    shop.tell(10, "page", phone)
    shop.tell(11, "Order", phone, order("new"))
    shop.tell(12, "Order", anna, order("new again"))
    let daemon = try shop.run()
    #expect(
      try standing(daemon)
        == ["purchase:new": "annas-telephone", "purchase:new again": "anna@example.com"])
    #expect(daemon.counters.eventsOfErased == 2)
  }

  @Test func `on a shared device only who asks goes`() throws {
    var shop = try shop()
    shop.tell(0, "identify", "\(anna),\(phone)")
    shop.tell(1, "Order", phone, order("hers"))
    shop.tell(10, "identify", "\(bob),\(phone)")
    shop.tell(11, "page", phone)
    shop.tell(12, "Order", phone, order("his"))
    shop.tell(20, "Erase Me", anna)
    shop.tell(21, "Order", phone, order("his too"))
    let daemon = try shop.run()
    #expect(
      try standing(daemon)
        == ["purchase:his": "bob@example.com", "purchase:his too": "bob@example.com"])
    #expect(traces(of: ["anna@"], in: daemon) == [])
    #expect(traces(of: ["bob@"], in: daemon) == ["bob@"])
  }

  @Test func `all names of a person go, whichever asks`() throws {
    for asks in [anna, bob, phone] {
      var shop = try shop()
      shop.tell(0, "Order", anna, order("a"))
      shop.tell(1, "Order", bob, order("b"))
      shop.tell(2, "identify", "\(anna),\(phone)")
      shop.tell(3, "alias", bob, "\"previousId\":\"anna@example.com\"")
      shop.tell(4, "Order", phone, order("c"))
      shop.tell(5, "Erase Me", asks)
      let daemon = try shop.run()
      #expect(try standing(daemon) == [:], "\(asks)")
      #expect(traces(of: ["anna@", "bob@", "annas-telephone"], in: daemon) == [], "\(asks)")
    }
  }

  @Test func `a device that is nobody's can ask for itself, without any stitching`() throws {
    for stitches in [false, true] {
      var shop = try shop { $0.identity.stitches = stitches }
      shop.tell(0, "page", phone)
      shop.tell(1, "Order", phone, order("a"))
      shop.tell(5, "Erase Me", phone)
      shop.tell(6, "Order", phone, order("b"))
      let daemon = try shop.run()
      #expect(try daemon.said().map(\.path) == [1, 0])
      #expect(try standing(daemon) == ["purchase:b": "annas-telephone"])
    }
  }

  @Test func `asking again erases again, and the same request does nothing twice`() throws {
    var shop = try shop()
    shop.tell(0, "Order", anna, order("a"))
    shop.tell(1, "Erase Me", anna)
    shop.tell(1, "Erase Me", anna)
    shop.tell(2, "Order", anna, order("b"))
    shop.tell(3, "Erase Me", anna)
    let daemon = try shop.run()
    #expect(try standing(daemon) == [:])
    #expect(daemon.log.audits.count == 2)
    #expect(daemon.log.committedConversions.filter { $0.value == nil }.count == 2)
  }
}
