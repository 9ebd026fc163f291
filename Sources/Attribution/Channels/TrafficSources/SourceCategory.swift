/// What kind of place a traffic source is, where it is one that everybody knows.
package enum SourceCategory: UInt8, CaseIterable, Sendable {
  case search, social, video, shopping
  /// An assistant that answers in conversation and links to what it read.
  case assistant

  /// The medium of a visit whose referrer is such a place and which no campaign data describes.
  package var medium: String {
    switch self {
    case .search: "organic"
    case .social: "social"
    case .assistant: "ai-assistant"
    // Their links are links like any other; the channel rules tell them apart by their source.
    case .video, .shopping: "referral"
    }
  }
}
