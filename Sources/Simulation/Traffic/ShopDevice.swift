/// What people hold in their hands.
package enum ShopDevice: Hashable, CaseIterable, Sendable {
  case iOS, android, desktop

  /// Shorter than in the wild, as recognisable.
  var userAgent: StaticString {
    switch self {
    case .iOS: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3) Safari/604.1"
    case .android: "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/133.0 Mobile"
    case .desktop: "Mozilla/5.0 (Windows NT 10.0; x64) Chrome/133.0"
    }
  }

  /// As Segment's mobile libraries call it.
  var system: StaticString {
    switch self {
    case .iOS: "iOS"
    case .android: "Android"
    case .desktop: "Windows"
    }
  }
}
