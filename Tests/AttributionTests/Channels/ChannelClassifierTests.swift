import Testing

@testable import Attribution

@Suite struct ChannelClassifierTests {
  private func field(_ field: EventField, _ test: ValueTest) -> EventCondition {
    .field(FieldIndex(field), [test])
  }

  @Test func `a configuration's rules come before the defaults`() throws {
    let brand = try ChannelRule(
      channel: "Paid Search Brand",
      when: .all([
        field(.medium, .equals([.text("cpc"), .text("ppc")])),
        field(.campaign, .matches("brand")),
      ]))
    let classifier = ChannelClassifier([brand] + DefaultChannels.ga4)
    let clicked = TrackingEvent.with([.clickIDName: "gclid", .campaign: "brand-de"]).resolved()
    #expect(classifier.classify(clicked) == "Paid Search Brand")
    #expect(classifier.matchingRule(clicked) == 0)
    let other = TrackingEvent.with([.clickIDName: "gclid", .campaign: "generic"]).resolved()
    #expect(classifier.classify(other) == "Paid Search")
    #expect(classifier.matchingRule(other).map { $0 > 0 } == true)
  }

  @Test func `of two rules that match the first wins`() throws {
    let classifier = ChannelClassifier([
      try ChannelRule(channel: "A", when: field(.source, .equals([.text("news")]))),
      try ChannelRule(channel: "B", when: .always),
    ])
    #expect(classifier.classify(TrackingEvent.with([.source: "News"]).resolved()) == "A")
    #expect(classifier.classify(TrackingEvent.with([:]).resolved()) == "B")
  }

  @Test func `an event that no rule matches is unassigned`() {
    let event = TrackingEvent.with([.source: "news"]).resolved()
    #expect(ChannelClassifier([]).classify(event) == Channel.unassigned)
    #expect(ChannelClassifier([]).matchingRule(event) == nil)
  }

  @Test func `an event whose source was never resolved is unassigned`() {
    let classifier = ChannelClassifier(DefaultChannels.ga4)
    #expect(classifier.classify(TrackingEvent.with([.source: "google"])) == Channel.unassigned)
  }

  @Test func `source and medium of a rule are those of the traffic`() throws {
    let rule = try ChannelRule(
      channel: "Google",
      when: .not(.any([.not(field(.source, .equals([.text("google")]))), .startsSession(true)])))
    let classifier = ChannelClassifier([rule])
    let visit = TrackingEvent.with([.referrer: "www.google.de"]).resolved()
    #expect(classifier.classify(visit) == "Google")
    #expect(rule.when.reads(.trafficSource))
    #expect(!rule.when.reads(.source))
  }

  @Test func `a rule may read referrer, click id and anything else`() throws {
    let classifier = ChannelClassifier([
      try ChannelRule(channel: "Forum", when: field(.referrer, .glob("*.forum.example"))),
      try ChannelRule(channel: "Click", when: field(.clickIDName, .equals([.text("gclid")]))),
    ])
    #expect(classifier.classify(.with([.referrer: "a.forum.example"])) == "Forum")
    #expect(classifier.classify(.with([.clickIDName: "GCLID"])) == "Click")
  }

  @Test(arguments: ["email", "E-Mail", "e_mail", "e mail", " EMAIL "])
  func `a medium in a rule means all of its spellings`(sent: String) throws {
    for written in ["email", "e-mail", "E Mail"] {
      let rule = try ChannelRule(
        channel: "Mine", when: field(.medium, .equals([.text(written), .number(7)])))
      let event = TrackingEvent.with([.source: "x", .medium: sent]).resolved()
      #expect(ChannelClassifier([rule]).classify(event) == "Mine")
    }
  }

  @Test func `a medium without other spellings means itself`() {
    #expect(MediumAliases.spellings(of: "cpc") == ["cpc"])
    #expect(MediumAliases.spellings(of: "Affiliates") == ["Affiliates", "affiliate"])
  }

  @Test func `a pattern that cannot be compiled is refused`() {
    #expect(throws: TextPattern.Invalid.self) {
      try ChannelRule(channel: "Bad", when: field(.source, .matches("(")))
    }
  }
}
