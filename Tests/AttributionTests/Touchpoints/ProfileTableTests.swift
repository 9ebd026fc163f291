import Testing

@testable import Attribution

/// The table of profiles is a counted set, whatever is taken out of it in whatever order.
@Suite struct ProfileTableTests {
  private func block(_ number: Int) -> [UInt8] {
    var profile = TouchpointProfile()
    profile.rule = "visit"
    profile.channel = "channel \(number)"
    profile.interaction = Interaction.allCases[number % 3]
    var writer = ByteWriter()
    PackedProfile.write(profile, to: &writer)
    return writer.bytes
  }

  @Test func `equal profiles are one entry, gone with its last use`() {
    var table = ProfileTable()
    let first = block(1).withUnsafeBytes { table.retain($0) }
    let second = block(1).withUnsafeBytes { table.retain($0) }
    #expect(first == second)
    #expect(table.count == 1)
    table.retain(first)
    table.release(first)
    table.release(first)
    #expect(table.count == 1)
    #expect(table.profile(of: second).channel == "channel 1")
    table.release(second)
    #expect(table.count == 0)
  }

  @Test func `identifiers are used again`() {
    var table = ProfileTable()
    let first = block(1).withUnsafeBytes { table.retain($0) }
    table.release(first)
    let second = block(2).withUnsafeBytes { table.retain($0) }
    #expect(second.index == first.index)
    #expect(table.interaction(of: second) == .visit)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a table does what a dictionary would`(seed: UInt64) {
    var dice = Dice(seed: seed)
    var table = ProfileTable()
    var uses: [Int: (id: ProfileTable.ID, count: Int)] = [:]
    // Few slots and many removals, so that gaps open and close everywhere; then growth.
    let kinds = [20, 30, 300][Int(seed % 3)]
    for step in 0..<6_000 {
      let number = dice.below(kinds)
      if dice.below(2) == 0, let entry = uses[number] {
        table.release(entry.id)
        uses[number] = entry.count > 1 ? (entry.id, entry.count - 1) : nil
      } else {
        let id = block(number).withUnsafeBytes { table.retain($0) }
        if let known = uses[number] {
          #expect(known.id == id, "seed \(seed), step \(step)")
        } else {
          #expect(!uses.values.contains { $0.id == id }, "seed \(seed), step \(step)")
        }
        uses[number] = (id, (uses[number]?.count ?? 0) + 1)
      }
      #expect(table.count == uses.count, "seed \(seed), step \(step)")
    }
    for (number, entry) in uses {
      #expect(table.block(of: entry.id) == block(number), "seed \(seed)")
      for _ in 0..<entry.count { table.release(entry.id) }
    }
    #expect(table.count == 0, "seed \(seed)")
  }
}

/// Profiles as blocks of bytes.
@Suite struct PackedProfileTests {
  private var full: TouchpointProfile {
    var profile = TouchpointProfile()
    profile.rule = "email_click"
    profile.interaction = .click
    profile.channel = "Email"
    profile.source = "newsletter"
    profile.medium = "email"
    profile.campaign = "Frühling 🌷"
    profile.term = ""
    profile.content = "a\"b\\c"
    profile.landingPage = "shop.example/p/1"
    profile.referrer = "mail.example"
    profile.device = "mobile"
    profile.country = "DE"
    profile.mapped = [.init(name: "plan", value: "größer"), .init(name: "seats", value: "")]
    return profile
  }

  private func packed(_ profile: TouchpointProfile) -> [UInt8] {
    var writer = ByteWriter()
    PackedProfile.write(profile, to: &writer)
    return writer.bytes
  }

  @Test func `what is packed is unpacked`() throws {
    for profile in [full, TouchpointProfile()] {
      let bytes = packed(profile)
      #expect(try bytes.withUnsafeBytes { try PackedProfile.read(from: $0) } == profile)
      try bytes.withUnsafeBytes { try PackedProfile.validate($0) }
    }
  }

  @Test func `reading and validating agree on every change of one byte and every cut`() {
    let bytes = packed(full)
    func agree(_ changed: [UInt8]) {
      let isRead = changed.withUnsafeBytes { bytes in
        do {
          _ = try PackedProfile.read(from: bytes)
          return true
        } catch {
          return false
        }
      }
      let isValid = changed.withUnsafeBytes { bytes in
        do {
          try PackedProfile.validate(bytes)
          return true
        } catch {
          return false
        }
      }
      #expect(isRead == isValid, "\(changed)")
    }
    for index in bytes.indices {
      agree(Array(bytes[..<index]))
      for value in [0, 1, 127, 128, 255] as [UInt8] {
        var changed = bytes
        changed[index] = value
        agree(changed)
      }
    }
    agree(bytes + [0])
  }

  @Test func `mapped dimensions are carried as text, as far as the event has them`() throws {
    var fields = FieldTable()
    let mapped = ["plan", "seats", "trial", "team", "tags"].map { name in
      MappedDimension(name: name, field: fields.index(ofPointer: "/\(name)"))
    }
    var event = TrackingEvent(fieldsOf: fields)
    Array("größer".utf8).withUnsafeBytes { event.setText(mapped[0].field, to: $0) }
    event.setInteger(mapped[1].field, to: 12)
    event.setBool(mapped[2].field, to: true)
    let rule = TouchpointRule(name: "v", when: try EventRule(.always), interaction: .visit)
    var writer = ByteWriter()
    PackedProfile.write(event, rule: rule, mapped: mapped, limit: 6, to: &writer)
    let profile = try writer.bytes.withUnsafeBytes { try PackedProfile.read(from: $0) }
    #expect(
      profile.mapped == [
        .init(name: "plan", value: "größ"), .init(name: "seats", value: "12"),
        .init(name: "trial", value: "true"),
      ])
    #expect(Dimension.mapped("seats").value(of: profile) == "12")
    #expect(Dimension.mapped("team").value(of: profile) == "")
    var again = ByteWriter()
    PackedProfile.write(profile, to: &again)
    #expect(again.bytes == writer.bytes)
  }

  @Test func `a long dimension is cut at a character`() throws {
    var event = TrackingEvent(fieldsOf: FieldTable())
    event.setText(.campaign, to: "ääää")
    event.setText(.host, to: "shop.example")
    event.setText(.path, to: "/very/long/path")
    event.setText(.channel, to: "Email")
    let rule = TouchpointRule(name: "v", when: try EventRule(.always), interaction: .visit)
    for (limit, campaign, page) in [
      (8, "ääää", "shop.exa"), (7, "äää", "shop.ex"), (14, "ääää", "shop.example/v"), (1, "", "s"),
    ] {
      var writer = ByteWriter()
      PackedProfile.write(event, rule: rule, limit: limit, to: &writer)
      let profile = try writer.bytes.withUnsafeBytes { try PackedProfile.read(from: $0) }
      #expect(profile.campaign == campaign)
      #expect(profile.landingPage == page)
      #expect(profile.channel == "Email")
    }
  }
}
