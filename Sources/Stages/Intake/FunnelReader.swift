internal import Attribution
internal import Insights

/// Finds out what an event is to each funnel.
struct FunnelReader: Sendable {
  private let funnels: [InsightsPlan.Funnel]
  /// Conditions of the steps of each funnel, and of what drops an attempt.
  private let steps: [EventRules]
  private let exclude: [EventRules]
  private let valueLimit: Int
  /// Some segment is found only by looking closely.
  let readsDevice: Bool
  let readsChannel: Bool

  init(_ plan: InsightsPlan, limits: JourneyLimits) {
    funnels = plan.funnels
    steps = plan.funnels.map { EventRules($0.steps) }
    exclude = plan.funnels.map { EventRules($0.exclude) }
    valueLimit = limits.dimensionBytes
    let segments = Set(funnels.flatMap(\.segments))
    readsDevice = segments.contains(.dimension(.device))
    readsChannel = [.channel, .source, .medium, .sourceMedium].contains {
      segments.contains(.dimension($0))
    }
  }

  /// The conditions of all funnels.
  var conditions: [EventRule] { funnels.flatMap { $0.steps + $0.exclude } }

  /// Appends what `event` is to each funnel that it is anything to, without segments.
  func findSigns(in event: borrowing TrackingEvent, into signs: inout [FunnelSign]) {
    for funnel in funnels.indices {
      var sign = FunnelSign(funnel: funnels[funnel].shape.name)
      let (steps, exclude) = (steps[funnel], exclude[funnel])
      for step in steps.indices where steps.matches(step, event) {
        sign.steps |= 1 << UInt32(step)
      }
      for condition in exclude.indices where exclude.matches(condition, event) {
        sign.isExcluding = true
      }
      if sign.steps != 0 || sign.isExcluding || funnels[funnel].shape.order == .strict {
        signs.append(sign)
      }
    }
  }

  /// Adds the values of dimensions, once device and channel are known.
  func addSegments(of event: borrowing TrackingEvent, to signs: inout [FunnelSign]) {
    var place = 0
    for funnel in funnels.indices
    where place < signs.count && signs[place].funnel == funnels[funnel].shape.name {
      signs[place].segments = segments(of: funnel, in: event)
      place += 1
    }
  }

  private func segments(of funnel: Int, in event: borrowing TrackingEvent) -> [String] {
    var values: [String] = []
    values.reserveCapacity(funnels[funnel].segments.count)
    for segment in funnels[funnel].segments {
      switch segment {
      case .dimension(let dimension): values.append(cut(FunnelReader.value(of: dimension, event)))
      case .field(let field): values.append(cut(event.plainText(field) ?? ""))
      }
    }
    return values
  }

  private static func value(
    of dimension: Dimension, _ event: borrowing TrackingEvent
  ) -> String {
    switch dimension {
    case .channel: event.string(.channel) ?? ""
    case .source: event.string(.trafficSource) ?? ""
    case .medium: event.string(.trafficMedium) ?? ""
    case .sourceMedium:
      "\(event.string(.trafficSource) ?? "") / \(event.string(.trafficMedium) ?? "")"
    case .campaign: event.string(.campaign) ?? ""
    case .term: event.string(.term) ?? ""
    case .content: event.string(.content) ?? ""
    case .landingPage: (event.string(.host) ?? "") + (event.string(.path) ?? "")
    case .referrer: event.string(.referrer) ?? ""
    case .device: event.string(.device) ?? ""
    case .country: event.string(.country) ?? ""
    // An event of a funnel need not be a touchpoint; what is mapped has a field.
    case .touchpoint, .mapped: ""
    }
  }

  /// What somebody sends must not decide how much is kept.
  private func cut(_ text: String) -> String {
    guard text.utf8.count > valueLimit else { return text }
    var short = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      count += UTF8.width(scalar)
      if count > valueLimit { break }
      short.append(scalar)
    }
    return String(short)
  }
}
