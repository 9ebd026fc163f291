@testable import Attribution

extension Path {
  /// A path through `channels`, one touchpoint an hour, the last one at the conversion.
  static func through(_ channels: String...) -> Path { through(channels) }

  static func through(_ channels: [String]) -> Path {
    Path(
      touchpoints: channels.enumerated().map { index, channel in
        .at(TimeSpan.hours(Int64(index)), channel)
      })
  }

  /// Space-separated channels as the design writes them: `D A B B C D C C`.
  static func letters(_ text: String) -> Path {
    through(text.split(separator: " ").map(String.init))
  }

  /// The channels as the design writes them, with counts: `D(2) A`.
  var letters: String {
    touchpoints.map { touchpoint in
      touchpoint.profile.channel + (touchpoint.count > 1 ? "(\(touchpoint.count))" : "")
    }.joined(separator: " ")
  }
}

extension Path.Touchpoint {
  static func at(
    _ age: TimeSpan, _ channel: String, interaction: Interaction = .visit, campaign: String? = nil
  ) -> Path.Touchpoint {
    var profile = TouchpointProfile()
    profile.rule = "visit"
    profile.channel = channel
    profile.interaction = interaction
    profile.campaign = campaign
    let time = EventTime(milliseconds: 0) + age
    return Path.Touchpoint(
      time: time, eventID: EventID("t\(time.milliseconds)"), profile: profile)
  }
}
