package import Attribution

extension TrackingEvent {
  /// Fills the field `device` from the user agent, unless the tracker said what device it is.
  ///
  /// Not done while decoding: most events are dropped before anybody asks.
  package mutating func resolveDevice() {
    guard !has(.device) else { return }
    let device = withText(.userAgent) { $0.flatMap { UserAgent($0).device } }
    guard let device else { return }
    setText(.device, to: device.rawValue)
  }
}

/// The kind of device that a user agent names.
package enum DeviceClass: String, Sendable {
  case mobile, tablet, desktop, tv

  /// `nil` if none of the words tells.
  init?(_ words: UserAgentWords) {
    if words.contains(.television) {
      self = .tv
    } else if words.contains(.tablet) {
      self = .tablet
    } else if words.contains(.android) {
      // Android's browsers say "Mobile" on phones only.
      self = words.contains(.mobile) ? .mobile : .tablet
    } else if words.contains(.mobile) {
      self = .mobile
    } else if words.contains(.desktop) {
      self = .desktop
    } else {
      return nil
    }
  }
}
