/// The types of events, as Segment names them. Other formats' types are translated to these.
enum EventType: CaseIterable {
  case page, screen, track, identify, alias, group

  private static let names: [(name: ShortName, type: EventType)] = [
    (ShortName("track"), .track),
    (ShortName("page"), .page),
    (ShortName("screen"), .screen),
    (ShortName("identify"), .identify),
    (ShortName("alias"), .alias),
    (ShortName("group"), .group),
  ]

  /// `nil` for all other text; case matters.
  init?(_ text: UnsafeRawBufferPointer) {
    guard let name = ShortName(text),
      let entry = EventType.names.first(where: { $0.name == name })
    else { return nil }
    self = entry.type
  }
}
