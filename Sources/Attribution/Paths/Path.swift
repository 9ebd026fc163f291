/// The touchpoints that are eligible for one conversion, in event-time order, after the path rules.
package struct Path: Hashable, Sendable {
  /// One touchpoint on the path.
  package struct Touchpoint: Hashable, Sendable {
    package var time: EventTime
    package var eventID: EventID
    package var shared: SharedProfile
    package var click: ClickID?
    /// How many touchpoints it stands for, after `frequency`; otherwise 1.
    package var count = 1

    package init(
      time: EventTime, eventID: EventID, shared: SharedProfile, click: ClickID? = nil
    ) {
      self.time = time
      self.eventID = eventID
      self.shared = shared
      self.click = click
    }

    package init(
      time: EventTime, eventID: EventID, profile: TouchpointProfile, click: ClickID? = nil
    ) {
      self.init(time: time, eventID: eventID, shared: SharedProfile(profile), click: click)
    }

    /// Where it came from. A copy: `shared` is what there is.
    package var profile: TouchpointProfile { shared.profile }
  }

  /// The first conversion of one rule since the path began.
  package struct Milestone: Hashable, Sendable {
    /// Name of the conversion rule.
    package var conversion: String
    /// Index of the touchpoint that led there: the last one before it.
    package var touchpoint: Int

    package init(conversion: String, touchpoint: Int) {
      self.conversion = conversion
      self.touchpoint = touchpoint
    }
  }

  package var touchpoints: [Touchpoint]
  /// Touchpoints inside the longest lookback window, before any rule dropped one.
  package var considered: Int
  /// How many each rule dropped, by reason, in order of the reasons.
  package var dropped: [DropReason: Int]

  /// Conversions on the way that some model asks for, in the order of their rules.
  package var milestones: [Milestone] = []

  /// Which touchpoints were dropped, in that order, where somebody wants to know; otherwise `nil`.
  package var trace: [Dropped]?

  /// A touchpoint that is not on the path, and why.
  package struct Dropped: Hashable, Sendable {
    package var touchpoint: Touchpoint
    package var reason: DropReason

    package init(_ touchpoint: Touchpoint, _ reason: DropReason) {
      self.touchpoint = touchpoint
      self.reason = reason
    }
  }

  package init(touchpoints: [Touchpoint], considered: Int = 0, dropped: [DropReason: Int] = [:]) {
    self.touchpoints = touchpoints
    self.considered = considered
    self.dropped = dropped
  }
}

extension Path {
  /// Index of the touchpoint that led to the first conversion of `rule` on the way; `nil` if there
  /// was none.
  package func touchpoint(leadingTo rule: String) -> Int? {
    milestones.first { $0.conversion == rule }?.touchpoint
  }
}

/// Why a touchpoint that was considered is not on the path.
package enum DropReason: String, CaseIterable, Comparable, Sendable {
  case outsideLookback = "outside_lookback"
  case beforePreviousConversion = "before_previous_conversion"
  case viewsNotCounted = "views_not_counted"
  case viewBesideClick = "view_beside_click"
  case excludedChannel = "excluded_channel"
  case excludedCampaign = "excluded_campaign"
  case repeated = "repeat"
  case removed
  case overMaximum = "over_maximum"

  package static func < (left: DropReason, right: DropReason) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// A click id as the ad platform appended it: `gclid` and its value.
package struct ClickID: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
