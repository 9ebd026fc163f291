internal import Attribution

/// Fills what an event's URLs say: host, path, campaign data and click id, the referrer's host.
struct PageFields {
  private let parameters = CampaignParameter.table
  /// For text that is not in the URL as it stands. Keeps its memory.
  private var decoded: [UInt8] = []

  /// Reads the page's URL, which must be in the field `url` already and is also `url`.
  ///
  /// The campaign parameters count only for an event without campaign fields of its own: the two
  /// are never mixed. A click id always counts.
  mutating func fillPage(of event: inout TrackingEvent, from url: UnsafeRawBufferPointer) {
    guard let place = event.textRange(FieldIndex(.url))?.lowerBound else { return }
    let address = WebAddress(url)
    fillHost(.host, of: &event, from: url, address.host, at: place)
    if !event.has(.path) {
      if !address.path.isEmpty {
        event.setText(FieldIndex(.path), toRange: address.path.offset(by: place))
      } else if !address.host.isEmpty {
        event.setText(.path, to: "/")
      }
    }
    guard !address.query.isEmpty else { return }
    let query = UnsafeRawBufferPointer(rebasing: url[address.query])
    fillCampaign(of: &event, from: query, at: place + address.query.lowerBound)
  }

  /// Reads the referrer's URL, which must be in the field `referrerURL` already.
  mutating func fillReferrer(of event: inout TrackingEvent, from url: UnsafeRawBufferPointer) {
    guard let place = event.textRange(FieldIndex(.referrerURL))?.lowerBound else { return }
    fillHost(.referrer, of: &event, from: url, WebAddress(url).host, at: place)
  }

  private mutating func fillHost(
    _ field: EventField, of event: inout TrackingEvent, from url: UnsafeRawBufferPointer,
    _ host: Range<Int>, at place: Int
  ) {
    guard !host.isEmpty else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: url[host])
    guard bytes.contains(where: { NormalizedText.lowercased($0) != $0 }) else {
      return event.setText(FieldIndex(field), toRange: host.offset(by: place))
    }
    decoded.removeAll(keepingCapacity: true)
    for byte in bytes { decoded.append(NormalizedText.lowercased(byte)) }
    decoded.withUnsafeBytes { event.setText(FieldIndex(field), to: $0) }
  }

  private mutating func fillCampaign(
    of event: inout TrackingEvent, from query: UnsafeRawBufferPointer, at place: Int
  ) {
    let hasCampaign =
      event.has(.source) || event.has(.medium) || event.has(.campaign) || event.has(.term)
      || event.has(.content)
    var hasMatomo = false
    var walk = QueryParameters(query)
    while let (name, value) = walk.next() {
      switch meaning(of: name, in: query) {
      case .utm(let field) where !hasCampaign && !event.has(field):
        fill(field, of: &event, from: query, value, at: place)
      case .clickID where !event.has(.clickIDName):
        fillClickID(of: &event, from: query, name, value, at: place)
      case .matomo: hasMatomo = true
      case .utm, .clickID, nil: break
      }
    }
    guard hasMatomo, !hasCampaign else { return }
    walk = QueryParameters(query)
    while let (name, value) = walk.next() {
      if case .matomo(let field) = meaning(of: name, in: query), !event.has(field) {
        fill(field, of: &event, from: query, value, at: place)
      }
    }
  }

  private func meaning(
    of name: Range<Int>, in query: UnsafeRawBufferPointer
  ) -> CampaignParameter? {
    // The shortest known name has three letters: most parameters of a shop's own have no more.
    guard name.count >= 3,
      let name = ShortName(UnsafeRawBufferPointer(rebasing: query[name]))?.lowercased
    else { return nil }
    for parameter in parameters where parameter.name == name { return parameter.meaning }
    return nil
  }

  private mutating func fillClickID(
    of event: inout TrackingEvent, from query: UnsafeRawBufferPointer, _ name: Range<Int>,
    _ value: Range<Int>, at place: Int
  ) {
    guard !value.isEmpty else { return }
    decoded.removeAll(keepingCapacity: true)
    for byte in query[name] { decoded.append(NormalizedText.lowercased(byte)) }
    decoded.withUnsafeBytes { event.setText(FieldIndex(.clickIDName), to: $0) }
    fill(.clickID, of: &event, from: query, value, at: place)
  }

  private mutating func fill(
    _ field: EventField, of event: inout TrackingEvent, from query: UnsafeRawBufferPointer,
    _ value: Range<Int>, at place: Int
  ) {
    guard !value.isEmpty else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: query[value])
    guard PercentEncoding.decode(bytes, into: &decoded) else {
      return event.setText(FieldIndex(field), toRange: value.offset(by: place))
    }
    decoded.withUnsafeBytes { event.setText(FieldIndex(field), to: $0) }
  }
}

extension Range<Int> {
  fileprivate func offset(by distance: Int) -> Range<Int> {
    lowerBound + distance..<upperBound + distance
  }
}
