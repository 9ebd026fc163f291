internal import Attribution

/// Reads Segment's events, and those of its family: where their fields are and what they mean.
///
/// RudderStack and Jitsu send the same events; some senders write the names in snake case.
///
/// A class, like the other formats, because decoding must not count references to its parts.
final class SegmentFormat {
  private let type: JSONReader.Field
  private let event: JSONReader.Field
  private let messageID: JSONReader.Field
  private let userID: JSONReader.Field
  private let anonymousID: JSONReader.Field
  private let previousID: JSONReader.Field
  private let sessionID: JSONReader.Field
  private let userAgent: JSONReader.Field
  private let device: JSONReader.Field
  private let campaign: [(source: JSONReader.Field, field: EventField)]
  private let country: JSONReader.Field
  private let contextCountry: JSONReader.Field
  /// Jitsu's.
  private let geoCountry: JSONReader.Field
  private let page: PagePlace
  /// Where the SDKs repeat the page of a `page` event.
  private let properties: PagePlace
  private let timestamp: JSONReader.Field
  private let originalTimestamp: JSONReader.Field
  private let sentAt: JSONReader.Field
  private let receivedAt: JSONReader.Field
  /// The array of events, in a body as the tracking API receives it.
  let batch: JSONReader.Field

  private struct PagePlace {
    let url: JSONReader.Field
    let path: JSONReader.Field
    let referrer: JSONReader.Field

    init(_ parent: String, _ reader: JSONReader) throws(InvalidPointer) {
      url = try reader.field("\(parent)/url")
      path = try reader.field("\(parent)/path")
      referrer = try reader.field("\(parent)/referrer")
    }
  }

  init(_ reader: JSONReader) throws(InvalidPointer) {
    type = try reader.field("/type")
    event = try reader.field("/event")
    messageID = try reader.field("/messageId", alias: "message_id")
    userID = try reader.field("/userId", alias: "user_id")
    anonymousID = try reader.field("/anonymousId", alias: "anonymous_id")
    previousID = try reader.field("/previousId", alias: "previous_id")
    sessionID = try reader.field("/context/sessionId", alias: "session_id")
    userAgent = try reader.field("/context/userAgent", alias: "user_agent")
    device = try reader.field("/context/device/type")
    campaign = [
      (try reader.field("/context/campaign/source"), .source),
      (try reader.field("/context/campaign/medium"), .medium),
      (try reader.field("/context/campaign/name"), .campaign),
      (try reader.field("/context/campaign/term"), .term),
      (try reader.field("/context/campaign/content"), .content),
    ]
    country = try reader.field("/context/location/country")
    contextCountry = try reader.field("/context/country")
    geoCountry = try reader.field("/context/geo/country/code")
    page = try PagePlace("/context/page", reader)
    properties = try PagePlace("/properties", reader)
    timestamp = try reader.field("/timestamp")
    originalTimestamp = try reader.field("/originalTimestamp", alias: "original_timestamp")
    sentAt = try reader.field("/sentAt", alias: "sent_at")
    receivedAt = try reader.field("/receivedAt", alias: "received_at")
    batch = try reader.field("/batch")
  }

  /// Whether the document is a body with many events rather than an event.
  func isBatch(_ reader: JSONReader) -> Bool {
    reader[batch].kind == .array && reader[type].kind == .missing
  }

  /// Adds to `envelope` what a body says for all of its events.
  func fill(_ envelope: Envelope, from reader: JSONReader) {
    envelope.sent = reader.timeIfValid(sentAt)
    envelope.received = reader.timeIfValid(receivedAt)
  }

  /// Fills an event that has nothing but its texts. Returns whether the tracker gave it an id.
  func fill(
    _ result: inout TrackingEvent, from reader: JSONReader, envelope: Envelope,
    pages: PageFields
  ) throws(RejectedField) -> Bool {
    guard let name = reader[type].text else { throw RejectedField(.wrongType, type) }
    guard let kind = EventType(name) else { throw RejectedField(.unknownType, type) }
    result.setText(FieldIndex(.type), toRange: reader.range(of: name))
    if kind == .track { try reader.copyName(event, to: .event, of: &result) }
    let hasUser = try reader.copyName(userID, to: .userID, of: &result)
    let hasDevice = try reader.copyName(anonymousID, to: .anonymousID, of: &result)
    guard hasUser || hasDevice else { throw RejectedField(.missingPerson, userID) }
    if kind == .alias { try reader.copyName(previousID, to: .previousID, of: &result) }
    let hasID = try reader.copyName(messageID, to: .eventID, of: &result)
    try reader.copyName(sessionID, to: .sessionID, of: &result)
    try fillTimes(of: &result, from: reader, envelope: envelope)
    try reader.copyDescription(userAgent, to: .userAgent, of: &result)
    try reader.copyDescription(device, to: .device, of: &result)
    if try !reader.copyDescription(country, to: .country, of: &result),
      try !reader.copyDescription(contextCountry, to: .country, of: &result)
    {
      try reader.copyDescription(geoCountry, to: .country, of: &result)
    }
    var hasCampaign = false
    for place in campaign {
      let isThere = try reader.copyDescription(place.source, to: place.field, of: &result)
      hasCampaign = hasCampaign || isThere
    }
    try fillPage(of: &result, kind, from: reader, pages: pages, hasCampaign: hasCampaign)
    return hasID
  }

  private func fillTimes(
    of event: inout TrackingEvent, from reader: JSONReader, envelope: Envelope
  ) throws(RejectedField) {
    let collected = reader.timeIfValid(receivedAt) ?? envelope.received
    event.received =
      envelope.receivedAtLatest(collected)
      ?? reader.timeIfValid(sentAt) ?? envelope.sent
    if let time = try reader.time(timestamp) {
      event.time = time
    } else if let time = try correctedTime(from: reader, envelope: envelope) {
      event.time = time
    } else if let time = envelope.time {
      event.time = time
    } else if let time = try reader.time(receivedAt) ?? envelope.received ?? envelope.logged {
      event.time = time
    } else {
      throw RejectedField(.missingTime, timestamp)
    }
  }

  /// The device's clock, corrected by how far it was off when it sent the event.
  private func correctedTime(
    from reader: JSONReader, envelope: Envelope
  ) throws(RejectedField) -> EventTime? {
    guard let original = try reader.time(originalTimestamp) else { return nil }
    guard let sent = try reader.time(sentAt) ?? envelope.sent,
      let received = try reader.time(receivedAt) ?? envelope.received ?? envelope.logged
    else { return original }
    let corrected = received - (sent - original)
    guard corrected.isWritable else { throw RejectedField(.invalidTime, originalTimestamp) }
    return corrected
  }

  private func fillPage(
    of event: inout TrackingEvent, _ type: EventType, from reader: JSONReader,
    pages: PageFields, hasCampaign: Bool
  ) throws(RejectedField) {
    let isPage = type == .page
    let url = isPage ? chosen(page.url, or: properties.url, reader) : page.url
    let path = isPage ? chosen(page.path, or: properties.path, reader) : page.path
    let referrer = isPage ? chosen(page.referrer, or: properties.referrer, reader) : page.referrer
    try reader.copyDescription(path, to: .path, of: &event)
    if let text = reader[url].text, !text.isEmpty {
      try reader.copyDescription(url, to: .url, of: &event)
      pages.fillPage(of: &event, from: text, hasCampaign: hasCampaign)
    }
    if let text = reader[referrer].text, !text.isEmpty {
      try reader.copyDescription(referrer, to: .referrerURL, of: &event)
      pages.fillReferrer(of: &event, from: text)
    }
  }

  private func chosen(
    _ first: JSONReader.Field, or second: JSONReader.Field, _ reader: JSONReader
  ) -> JSONReader.Field {
    reader[first].text?.isEmpty ?? true ? second : first
  }
}
