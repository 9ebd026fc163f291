import Attribution
import Foundation
import Operations
import Testing

@Suite struct IdentityConfigurationTests {
  private func parse(_ yaml: String) throws -> Configuration {
    try Configuration.parse(Samples.minimal + "\n" + yaml)
  }

  @Test func `nothing is stitched, blocked or required unless it is said`() throws {
    let rules = try parse("").rules
    #expect(rules.identity == IdentityRules())
    #expect(rules.identity.blocked == nil)
    #expect(rules.consent.given == nil)
    #expect(rules.consent.erases == nil)
    #expect(!rules.holdsEvents)
  }

  @Test func `all keys of identity are taken`() throws {
    let key = try KeyFile("a key of some length")
    defer { key.remove() }
    let rules = try parse(
      """
      identity:
        stitch: true
        max_devices: 3
        max_events: 10
        remember_links: 30d
        blocked_ids: [nobody]
        emails: [/traits/email, /context/traits/email]
        hash_key_file: \(key.path)
      """
    ).rules
    #expect(rules.identity.stitches)
    #expect(rules.identity.maximumDevices == 3)
    #expect(rules.identity.eventsHeld == 10)
    #expect(rules.identity.linkRetention == .days(30))
    #expect(rules.identity.blocked == BlockedIDs(["nobody"]))
    #expect(
      rules.identity.emails.map { rules.fields.pointers[$0.position - EventField.allCases.count] }
        == ["/traits/email", "/context/traits/email"])
    #expect(rules.identity.naming == .keyed(Array("a key of some length".utf8)))
    #expect(rules.holdsEvents)
  }

  @Test func `stitching blocks the usual ids`() throws {
    let rules = try parse("identity: {stitch: true}").rules
    #expect(rules.identity.blocked == BlockedIDs())
    #expect(try parse("identity: {stitch: true}").warnings.isEmpty)
  }

  @Test func `all keys of consent are taken`() throws {
    let configuration = try parse(
      """
      consent:
        required: [Advertising, a/b]
        preferences: /consent
        otherwise: strip
        erase: {event: User Deleted}
      outputs: {erasures: gone}
      """)
    let rules = configuration.rules
    #expect(rules.fields.pointers.contains("/consent/Advertising"))
    #expect(rules.fields.pointers.contains("/consent/a~1b"))
    #expect(rules.consent.given != nil)
    #expect(rules.consent.otherwise == .strip)
    #expect(rules.consent.erases != nil)
    #expect(configuration.outputs.audits == "gone")
    #expect(rules.holdsEvents)
  }

  @Test func `a key that is short or missing is a mistake, and is never shown`() throws {
    let key = try KeyFile("short")
    defer { key.remove() }
    for path in [key.path, key.path + ".missing"] {
      #expect(throws: ConfigurationError.self) {
        try parse("identity: {hash_key_file: \(path)}")
      }
    }
    do {
      _ = try parse("identity: {hash_key_file: \(key.path)}")
    } catch {
      #expect("\(error)".contains("shorter than 16 bytes"))
      #expect(!"\(error)".contains("`short`"))
    }
  }

  @Test(arguments: [
    "identity: {max_devices: 0}", "identity: {remember_links: 1h}", "identity: {max_events: 0}",
    "identity: {blocked_ids: nobody}", "consent: {otherwise: keep}",
    "consent: {preferences: consent}", "consent: {erase: User Deleted}",
    "consent: {erase: {starts_session: true}}",
  ])
  func `what makes no sense is a mistake`(yaml: String) {
    #expect(throws: ConfigurationError.self) { try parse(yaml) }
  }
}

/// A secret in a file of its own.
struct KeyFile {
  let path = NSTemporaryDirectory() + "afterclick-key-\(UUID().uuidString)"

  init(_ key: String) throws {
    try Data("\(key)\n".utf8).write(to: URL(fileURLWithPath: path))
  }

  func remove() { unlink(path) }
}
