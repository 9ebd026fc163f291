/// The tell-tale words of a user agent.
struct UserAgentWords: OptionSet {
  let rawValue: UInt8

  static let robot = UserAgentWords(rawValue: 1)
  static let television = UserAgentWords(rawValue: 2)
  static let tablet = UserAgentWords(rawValue: 4)
  static let android = UserAgentWords(rawValue: 8)
  static let mobile = UserAgentWords(rawValue: 16)
  static let desktop = UserAgentWords(rawValue: 32)

  /// Up to eight letters, which are compared at once.
  private struct Word {
    let letters: UInt64
    let mask: UInt64
    let meaning: UserAgentWords

    init(_ word: StaticString, _ meaning: UserAgentWords) {
      let bytes = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
      precondition(bytes.count <= 8, "\(word) is compared only as far as its eighth letter")
      letters = ShortName.word(bytes, at: 0)
      mask = UInt64.max >> UInt64(64 - bytes.count * 8)
      self.meaning = meaning
    }
  }

  /// Found at the beginning of a word.
  private static let words = [
    Word("headless", .robot),
    Word("smarttv", .television), Word("smart-tv", .television), Word("appletv", .television),
    Word("googletv", .television), Word("hbbtv", .television), Word("crkey", .television),
    Word("roku", .television), Word("bravia", .television), Word("web0s", .television),
    Word("ipad", .tablet), Word("tablet", .tablet), Word("playbook", .tablet),
    Word("kindle", .tablet),
    Word("android", .android),
    Word("mobi", .mobile), Word("iphone", .mobile), Word("ipod", .mobile),
    Word("windows ", .desktop), Word("macintos", .desktop), Word("x11", .desktop),
    Word("cros ", .desktop), Word("linux x8", .desktop),
  ]

  /// Found anywhere: robots put them behind their names.
  private static let endings = [
    Word("bot", .robot), Word("crawler", .robot), Word("spider", .robot),
  ]

  /// Adds what the words in `text` mean, whatever their case.
  mutating func find(in text: UnsafeRawBufferPointer) {
    let (words, endings) = (UserAgentWords.words, UserAgentWords.endings)
    var isInWord = false
    for position in text.indices {
      let letter = text[position] | 0x20
      let isEnding =
        letter == UInt8(ascii: "b") || letter == UInt8(ascii: "c") || letter == UInt8(ascii: "s")
      let isLetter = letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
      if isEnding || isLetter && !isInWord {
        let letters = ShortName.lowercased(ShortName.word(text, at: position))
        if isEnding { insert(letters, of: endings) }
        if !isInWord { insert(letters, of: words) }
      }
      isInWord = isLetter
    }
  }

  @inline(__always)
  private mutating func insert(_ letters: UInt64, of words: [Word]) {
    for word in words where letters & word.mask == word.letters { insert(word.meaning) }
  }
}
