internal import Attribution

/// Fills what an event's URLs say: host, path, campaign data and click id, the referrer's host.
struct PageFields {
  private let parameters = CampaignParameterTable()

  /// Reads the page's URL, which must be in the field `url` already and is also `url`.
  ///
  /// The campaign parameters count only for an event without campaign fields of its own: the two
  /// are never mixed. A click id always counts.
  func fillPage(
    of event: inout TrackingEvent, from url: UnsafeRawBufferPointer, hasCampaign: Bool
  ) {
    guard let place = event.textRange(FieldIndex(.url))?.lowerBound else { return }
    let address = WebAddress(url)
    fillHost(.host, of: &event, from: url, address, at: place)
    if !event.has(.path) {
      if !address.path.isEmpty {
        event.setText(FieldIndex(.path), toRange: address.path.offset(by: place))
      } else if !address.host.isEmpty {
        event.setText(.path, to: "/")
      }
    }
    guard !address.query.isEmpty else { return }
    let query = UnsafeRawBufferPointer(rebasing: url[address.query])
    fillCampaign(
      of: &event, from: query, at: place + address.query.lowerBound, hasCampaign: hasCampaign)
  }

  /// Reads the referrer's URL, which must be in the field `referrerURL` already.
  func fillReferrer(of event: inout TrackingEvent, from url: UnsafeRawBufferPointer) {
    guard let place = event.textRange(FieldIndex(.referrerURL))?.lowerBound else { return }
    fillHost(.referrer, of: &event, from: url, WebAddress(url), at: place)
  }

  private func fillHost(
    _ field: EventField, of event: inout TrackingEvent, from url: UnsafeRawBufferPointer,
    _ address: WebAddress, at place: Int
  ) {
    guard !address.host.isEmpty else { return }
    guard address.isHostMixedCase else {
      return event.setText(FieldIndex(field), toRange: address.host.offset(by: place))
    }
    setLowercased(field, of: &event, to: UnsafeRawBufferPointer(rebasing: url[address.host]))
  }

  private func fillCampaign(
    of event: inout TrackingEvent, from query: UnsafeRawBufferPointer, at place: Int,
    hasCampaign: Bool
  ) {
    var hasMatomo = false
    var walk = QueryParameters(query)
    while let (name, value) = walk.next() {
      switch parameters.meaning(of: UnsafeRawBufferPointer(rebasing: query[name])) {
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
      if case .matomo(let field) = parameters.meaning(
        of: UnsafeRawBufferPointer(rebasing: query[name])), !event.has(field)
      {
        fill(field, of: &event, from: query, value, at: place)
      }
    }
  }

  private func fillClickID(
    of event: inout TrackingEvent, from query: UnsafeRawBufferPointer, _ name: Range<Int>,
    _ value: Range<Int>, at place: Int
  ) {
    guard !value.isEmpty else { return }
    setLowercased(.clickIDName, of: &event, to: UnsafeRawBufferPointer(rebasing: query[name]))
    fill(.clickID, of: &event, from: query, value, at: place)
  }

  private func fill(
    _ field: EventField, of event: inout TrackingEvent, from query: UnsafeRawBufferPointer,
    _ value: Range<Int>, at place: Int
  ) {
    guard !value.isEmpty else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: query[value])
    PercentEncoding.withDecoded(bytes) { decoded in
      if let decoded {
        event.setText(FieldIndex(field), to: decoded)
      } else {
        event.setText(FieldIndex(field), toRange: value.offset(by: place))
      }
    }
  }

  private func setLowercased(
    _ field: EventField, of event: inout TrackingEvent, to bytes: UnsafeRawBufferPointer
  ) {
    withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { memory in
      for (index, byte) in bytes.enumerated() { memory[index] = NormalizedText.lowercased(byte) }
      event.setText(FieldIndex(field), to: UnsafeRawBufferPointer(memory))
    }
  }
}

extension Range<Int> {
  fileprivate func offset(by distance: Int) -> Range<Int> {
    lowerBound + distance..<upperBound + distance
  }
}
