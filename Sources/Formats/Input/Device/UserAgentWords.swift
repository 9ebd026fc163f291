/// The tell-tale words of a user agent.
struct UserAgentWords: OptionSet {
  let rawValue: UInt8

  static let robot = UserAgentWords(rawValue: 1)
  static let television = UserAgentWords(rawValue: 2)
  static let tablet = UserAgentWords(rawValue: 4)
  static let android = UserAgentWords(rawValue: 8)
  static let mobile = UserAgentWords(rawValue: 16)
  static let desktop = UserAgentWords(rawValue: 32)
  static let prefetch = UserAgentWords(rawValue: 64)

  /// Up to sixteen letters, of which eight are compared at once.
  private struct Word {
    let letters: UInt64
    let mask: UInt64
    /// From the ninth letter on.
    let rest: ShortName?
    let meaning: UserAgentWords

    init(_ word: StaticString, _ meaning: UserAgentWords) {
      let bytes = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
      precondition((1...16).contains(bytes.count), "\(word) is no longer compared to its end")
      letters = ShortName.word(bytes, at: 0)
      mask = UInt64.max >> UInt64(64 - min(8, bytes.count) * 8)
      rest = bytes.count > 8 ? ShortName(UnsafeRawBufferPointer(rebasing: bytes[8...])) : nil
      self.meaning = meaning
    }

    /// Whether the word is at `position`, where the first eight letters are `start`.
    @inline(__always)
    func isFound(_ start: UInt64, in text: UnsafeRawBufferPointer, at position: Int) -> Bool {
      guard start & mask == letters else { return false }
      guard let rest else { return true }
      let next = text[min(position + 8, text.count)...].prefix(rest.count)
      return ShortName(UnsafeRawBufferPointer(rebasing: next))?.lowercased == rest
    }
  }

  /// Found at the beginning of a word.
  private static let words = [
    Word("headless", .robot), Word("phantomjs", .robot), Word("lighthouse", .robot),
    Word("slurp", .robot), Word("feedfetcher", .robot), Word("mediapartners", .robot),
    Word("inspectiontool", .robot), Word("googleother", .robot), Word("archiver", .robot),
    Word("pingdom", .robot), Word("statuscake", .robot), Word("uptime", .robot),
    Word("site24x7", .robot), Word("checkly", .robot), Word("datadogsynthetic", .robot),
    Word("gtmetrix", .robot), Word("ptst", .robot), Word("prerender", .robot),
    Word("prefetch", .prefetch), Word("web preview", .prefetch), Word("bingpreview", .prefetch),
    Word("skypeuripreview", .prefetch), Word("facebookexternal", .prefetch),
    Word("facebookcatalog", .prefetch), Word("whatsapp", .prefetch),
    Word("googleimageprox", .prefetch), Word("yahoomailproxy", .prefetch),
    Word("imgproxy", .prefetch),
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

  /// A maker of phones, which are no robots for it.
  private static let cubot = Word("cubot", [])

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
        if isEnding, !UserAgentWords.isCubot(text, at: position) {
          insert(letters, of: endings, in: text, at: position)
        }
        if !isInWord { insert(letters, of: words, in: text, at: position) }
      }
      isInWord = isLetter
    }
  }

  @inline(__always)
  private mutating func insert(
    _ letters: UInt64, of words: [Word], in text: UnsafeRawBufferPointer, at position: Int
  ) {
    for word in words where word.isFound(letters, in: text, at: position) { insert(word.meaning) }
  }

  /// Whether the `bot` at `position` is the end of that name.
  private static func isCubot(_ text: UnsafeRawBufferPointer, at position: Int) -> Bool {
    guard position >= 2 else { return false }
    let start = ShortName.lowercased(ShortName.word(text, at: position - 2))
    return cubot.isFound(start, in: text, at: position - 2)
  }
}
