package import Attribution

extension TrackingEvent {
  /// Fills the field `device` from the user agent, unless the tracker said what device it is.
  ///
  /// Not done while decoding: most events are dropped before anybody asks.
  package mutating func resolveDevice() {
    guard !has(.device) else { return }
    let device = withText(.userAgent) { $0.flatMap(DeviceClass.init(userAgent:)) }
    guard let device else { return }
    setText(.device, to: device.rawValue)
  }
}

/// The kind of device that a user agent names.
package enum DeviceClass: String, Sendable {
  case mobile, tablet, desktop, tv

  /// `nil` for robots, and for user agents that none of the known words is in.
  package init?(userAgent: UnsafeRawBufferPointer) {
    var words = UserAgentWords()
    words.find(in: userAgent)
    if words.contains(.robot) { return nil }
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

/// The tell-tale words of a user agent.
private struct UserAgentWords: OptionSet {
  let rawValue: UInt8

  static let robot = UserAgentWords(rawValue: 1)
  static let television = UserAgentWords(rawValue: 2)
  static let tablet = UserAgentWords(rawValue: 4)
  static let android = UserAgentWords(rawValue: 8)
  static let mobile = UserAgentWords(rawValue: 16)
  static let desktop = UserAgentWords(rawValue: 32)

  /// Found at the beginning of a word.
  private static let words: [(word: StaticString, meaning: UserAgentWords)] = [
    ("headless", .robot),
    ("smarttv", .television), ("smart-tv", .television), ("appletv", .television),
    ("googletv", .television), ("hbbtv", .television), ("crkey", .television),
    ("roku", .television), ("bravia", .television), ("web0s", .television),
    ("ipad", .tablet), ("tablet", .tablet), ("playbook", .tablet), ("kindle", .tablet),
    ("android", .android),
    ("mobi", .mobile), ("iphone", .mobile), ("ipod", .mobile),
    ("windows nt", .desktop), ("macintosh", .desktop), ("x11", .desktop), ("cros ", .desktop),
    ("linux x86", .desktop),
  ]

  /// Found anywhere: robots put them behind their names.
  private static let endings: [StaticString] = ["bot", "crawler", "spider"]

  /// First letters of `words` and of `endings`, a bit for each: most letters begin none.
  private static let firstOfWords = letters(words.map(\.word))
  private static let firstOfEndings = letters(endings)

  private static func letters(_ words: [StaticString]) -> UInt32 {
    words.reduce(0) { $0 | 1 << (UInt32($1.utf8Start.pointee) & 31) }
  }

  mutating func find(in text: UnsafeRawBufferPointer) {
    let (words, endings) = (UserAgentWords.words, UserAgentWords.endings)
    let (ofWords, ofEndings) = (UserAgentWords.firstOfWords, UserAgentWords.firstOfEndings)
    var isInWord = false
    for start in text.indices {
      let letter = text[start] | 0x20
      let isLetter = letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
      if isLetter {
        let bit: UInt32 = 1 << UInt32(letter & 31)
        if ofEndings & bit != 0 {
          for ending in endings where UserAgentWords.matches(ending, text, at: start) {
            insert(.robot)
          }
        }
        if !isInWord, ofWords & bit != 0 {
          for (word, meaning) in words where UserAgentWords.matches(word, text, at: start) {
            insert(meaning)
          }
        }
      }
      isInWord = isLetter
    }
  }

  @inline(__always)
  private static func matches(
    _ word: StaticString, _ text: UnsafeRawBufferPointer, at start: Int
  ) -> Bool {
    let count = word.utf8CodeUnitCount
    guard text.count - start >= count else { return false }
    for offset in 0..<count
    where NormalizedText.lowercased(text[start + offset]) != word.utf8Start[offset] {
      return false
    }
    return true
  }
}
