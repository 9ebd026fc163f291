internal import Attribution

/// Reads `identity` and `consent`: who is who, and who may be known at all.
enum IdentitySection {
  /// Shorter keys are guessed.
  private static let shortestKey = 16

  static func identity(in document: inout SectionReader) -> IdentityRules {
    var rules = IdentityRules()
    var section = document.section("identity")
    rules.stitches = section.value("stitch", default: rules.stitches) { $0.bool() }
    rules.maximumDevices = section.value("max_devices", default: rules.maximumDevices) {
      $0.integer(in: 1...100_000)
    }
    rules.eventsHeld = section.value("max_events", default: rules.eventsHeld) {
      $0.integer(in: 1...10_000)
    }
    rules.linkRetention = section.value(
      "remember_links", default: rules.linkRetention, shownAs: "\(rules.linkRetention)"
    ) { $0.duration(atLeast: .days(1)) }
    let blocked = section.optional("blocked_ids").map { value in
      (value.list("a list of ids") ?? []).compactMap { $0.text("an id") }
    }
    if rules.stitches || blocked != nil { rules.blocked = BlockedIDs(blocked ?? BlockedIDs.usual) }
    if let pointers = section.optional("emails")?.list("a list of pointers") {
      rules.emails = pointers.compactMap { value in
        value.pointer().map { section.context.fields.index(ofPointer: $0) }
      }
    }
    if let value = section.optional("hash_key_file") { rules.naming = naming(value) }
    section.finish()
    return rules
  }

  private static func naming(_ value: ValueReader) -> PersonNaming {
    guard let path = value.text("the path of a file"),
      let key = SecretFile.text(at: path, value)
    else { return .plain }
    if key.utf8.count < shortestKey {
      value.fail("the key in \(ValueReader.quoted(path)) is shorter than \(shortestKey) bytes")
    }
    return .keyed(Array(key.utf8))
  }

  static func consent(in document: inout SectionReader) -> ConsentRules {
    var rules = ConsentRules()
    var section = document.section("consent")
    let required = section.optional("required")?.list("a list of categories") ?? []
    let categories = required.compactMap { $0.text("a category") }
    let preferences = section.value(
      "preferences", default: "/context/consent/categoryPreferences"
    ) { $0.pointer() }
    if !categories.isEmpty {
      let fields = categories.map { category in
        let name = category.replacing("~", with: "~0").replacing("/", with: "~1")
        return section.context.fields.index(ofPointer: "\(preferences)/\(name)")
      }
      do {
        rules.given = try EventRule(ConsentRules.isGiven(in: fields))
      } catch {
        preconditionFailure("consent is no matter of patterns")
      }
    }
    rules.otherwise = section.value(
      "otherwise", default: rules.otherwise, shownAs: rules.otherwise.rawValue
    ) { $0.choice() }
    if let value = section.optional("erase") {
      rules.erases = ConditionReader(purpose: .conversion, context: section.context).rule(value)
    }
    section.finish()
    return rules
  }
}
