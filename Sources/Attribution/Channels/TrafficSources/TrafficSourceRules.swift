/// Says where an event came from: fills in its traffic source and medium.
///
/// The first of these that speaks decides: campaign data, a click id, the referrer. Everything
/// after it reads only the outcome, so that a touchpoint's source, its channel and the reports
/// agree.
package struct TrafficSourceRules: Sendable {
  /// What stands where a visit has no source at all.
  package static let directSource = "(direct)"
  package static let noMedium = "(none)"
  /// What stands for the missing half of campaign data.
  package static let notSet = "(not set)"

  private enum Referrer {
    case none
    case site(SourceCatalog.Site)
    /// A range of the event's text.
    case host(Range<Int>)
  }

  private let ignoredReferrers: HostTable<Bool>

  /// `ignoredReferrers` are hosts that count as no referrer, with their subdomains.
  package init(ignoredReferrers: [NormalizedText] = []) {
    self.ignoredReferrers = HostTable(
      ignoredReferrers.map { host in
        // Written with `www.`, the host is meant as a whole all the same.
        let bare = host.bytes.withUnsafeBytes { bytes in
          String(decoding: HostName.bare(bytes), as: UTF8.self)
        }
        return (key: NormalizedText(bare), value: true)
      })
  }

  /// Sets `.trafficSource` and `.trafficMedium`, both always, from the fields the decoder filled.
  ///
  /// Allocates nothing, apart from text beyond ASCII and numbers.
  package func resolve(_ event: inout TrackingEvent) {
    if resolveCampaign(&event) || resolveClickID(&event) { return }
    switch referrer(of: event) {
    case .site(let site):
      set(&event, source: site.name, medium: site.category.medium)
    case .host(let range):
      event.setHost(.trafficSource, toRange: range)
      event.setText(.trafficMedium, to: "referral")
    case .none where event.trimmedRange(.campaign) != nil:
      // A campaign that does not say how it came is still no direct visit.
      set(&event, source: TrafficSourceRules.notSet, medium: TrafficSourceRules.notSet)
    case .none:
      set(&event, source: TrafficSourceRules.directSource, medium: TrafficSourceRules.noMedium)
    }
  }

  private func set(_ event: inout TrackingEvent, source: String, medium: String) {
    event.setText(.trafficSource, to: source)
    event.setText(.trafficMedium, to: medium)
  }

  /// A campaign name alone does not count: a click id or the referrer knows more than it does.
  private func resolveCampaign(_ event: inout TrackingEvent) -> Bool {
    let hasSource = event.copyTrimmed(.source, to: .trafficSource)
    let hasMedium = event.copyTrimmed(.medium, to: .trafficMedium)
    if hasSource, !hasMedium { event.setText(.trafficMedium, to: TrafficSourceRules.notSet) }
    if hasMedium, !hasSource { event.setText(.trafficSource, to: TrafficSourceRules.notSet) }
    return hasSource || hasMedium
  }

  private func resolveClickID(_ event: inout TrackingEvent) -> Bool {
    // `?gclid=` without a value is nobody's click; a decoder that knows only the name is believed.
    guard event.kind(.clickID) == .missing || event.has(.clickID) else { return false }
    let platform = event.withText(.clickIDName) { name in
      name.flatMap(ClickIDPlatform.platform(ofParameter:))
    }
    guard let platform else { return false }
    set(&event, source: platform.source, medium: platform.medium)
    return true
  }

  private func referrer(of event: borrowing TrackingEvent) -> Referrer {
    guard let range = event.textRange(FieldIndex(.referrer)) else { return .none }
    let isFromSite = event.withText(.referrer) { referrer in
      event.withText(.host) { page in
        guard let referrer, let page else { return false }
        return HostName.isSameSite(referrer, page)
      }
    }
    if isFromSite { return .none }
    return event.withText(.referrer) { text in
      guard let text else { return .none }
      let host = HostName.bare(text)
      if host.isEmpty || ignoredReferrers.value(covering: host) != nil { return .none }
      if let site = SourceCatalog.site(host) { return .site(site) }
      guard let whole = text.baseAddress, let start = host.baseAddress else { return .none }
      let offset = range.lowerBound + (start - whole)
      return .host(offset..<offset + host.count)
    }
  }
}

extension TrackingEvent {
  /// Where the field's text lies without white space around it; `nil` if nothing is left.
  fileprivate func trimmedRange(_ field: EventField) -> Range<Int>? {
    guard let range = textRange(FieldIndex(field)) else { return nil }
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, NormalizedText.isSpace(text[start]) { start += 1 }
    while end > start, NormalizedText.isSpace(text[end - 1]) { end -= 1 }
    return start < end ? start..<end : nil
  }

  /// Whether `field` has a value to copy; `target` has it then as trimmed text.
  fileprivate mutating func copyTrimmed(_ field: EventField, to target: EventField) -> Bool {
    if let range = trimmedRange(field) {
      setText(FieldIndex(target), toRange: range)
      return true
    }
    switch kind(field) {
    case .integer, .number:
      guard let amount = amount(FieldIndex(field)) else { return false }
      setText(target, to: amount.description)
      return true
    case .missing, .null, .bool, .text, .object, .array: return false
    }
  }

  /// Makes `field` the host in `range`, in lower case, so that one host is one source.
  fileprivate mutating func setHost(_ field: EventField, toRange range: Range<Int>) {
    let isLowercased = text[range].allSatisfy { $0 < 0x80 && !(0x41...0x5a).contains($0) }
    if isLowercased {
      setText(FieldIndex(field), toRange: range)
    } else {
      setText(field, to: String(decoding: text[range], as: UTF8.self).lowercased())
    }
  }
}
