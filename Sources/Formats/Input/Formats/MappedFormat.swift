internal import Attribution

/// Reads JSON of any layout by a mapping of fields to JSON pointers.
final class MappedFormat {
  private typealias Place = (source: JSONReader.Field, field: EventField)

  /// Fields that identify and name the event: see `JSONReader.copyName`.
  private let names: [Place]
  private let descriptions: [Place]
  private let campaign: [Place]
  private let type: JSONReader.Field?
  private let time: JSONReader.Field?
  private let url: JSONReader.Field?
  private let referrer: JSONReader.Field?
  /// Named when an event has no person.
  private let person: JSONReader.Field
  private let mapsPerson: Bool
  private let isAboutPeople: Bool

  init(_ fields: MappedFields, _ reader: JSONReader) throws(InvalidPointer) {
    isAboutPeople = fields.isAboutPeople
    var names: [Place] = []
    var descriptions: [Place] = []
    var campaign: [Place] = []
    var others: [MappedFields.Field: JSONReader.Field] = [:]
    // In the order of declaration, not in the dictionary's, which changes from run to run.
    for field in MappedFields.Field.allCases {
      guard let pointer = fields.pointers[field] else { continue }
      let source = try reader.field(pointer)
      switch field {
      case .event: names.append((source, .event))
      case .person: names.append((source, .userID))
      case .anonymous: names.append((source, .anonymousID))
      case .previous: names.append((source, .previousID))
      case .id: names.append((source, .eventID))
      case .session: names.append((source, .sessionID))
      case .source: campaign.append((source, .source))
      case .medium: campaign.append((source, .medium))
      case .campaign: campaign.append((source, .campaign))
      case .term: campaign.append((source, .term))
      case .content: campaign.append((source, .content))
      case .path: descriptions.append((source, .path))
      case .device: descriptions.append((source, .device))
      case .country: descriptions.append((source, .country))
      case .userAgent: descriptions.append((source, .userAgent))
      case .type, .time, .url, .referrer: others[field] = source
      }
    }
    self.names = names
    self.descriptions = descriptions
    self.campaign = campaign
    type = others[.type]
    time = others[.time]
    url = others[.url]
    referrer = others[.referrer]
    let persons = names.filter { $0.field == .userID || $0.field == .anonymousID }
    person = persons.first?.source ?? reader.whole
    mapsPerson = !persons.isEmpty
  }

  /// Fills an event that has nothing but its texts. Returns whether the record has an event id.
  func fill(
    _ event: inout TrackingEvent, from reader: JSONReader, envelope: Envelope,
    pages: PageFields
  ) throws(RejectedField) -> Bool {
    try fillType(of: &event, from: reader)
    for place in names { try reader.copyName(place.source, to: place.field, of: &event) }
    if let name = envelope.name, !event.has(.event) {
      event.setText(FieldIndex(.event), to: name)
    }
    if let subject = envelope.subject, !mapsPerson {
      event.setText(FieldIndex(.userID), to: subject)
    }
    guard event.has(.userID) || event.has(.anonymousID) || !isAboutPeople else {
      throw RejectedField(.missingPerson, person)
    }
    event.received = envelope.logged
    let mapped =
      if let time {
        try reader.time(time, allowingUnixTime: true, allowingDays: !isAboutPeople)
      } else { nil as EventTime? }
    guard let time = mapped ?? envelope.time ?? envelope.logged else {
      throw RejectedField(.missingTime, self.time ?? reader.whole)
    }
    event.time = time
    var hasCampaign = false
    for place in descriptions {
      try reader.copyDescription(place.source, to: place.field, of: &event)
    }
    for place in campaign {
      let isThere = try reader.copyDescription(place.source, to: place.field, of: &event)
      hasCampaign = hasCampaign || isThere
    }
    if let url, let text = reader[url].text, !text.isEmpty {
      try reader.copyDescription(url, to: .url, of: &event)
      pages.fillPage(of: &event, from: text, hasCampaign: hasCampaign)
    }
    if let referrer, let text = reader[referrer].text, !text.isEmpty {
      try reader.copyDescription(referrer, to: .referrerURL, of: &event)
      pages.fillReferrer(of: &event, from: text)
    }
    return event.has(.eventID)
  }

  /// An event whose type is not mapped, or missing, is a `track`.
  private func fillType(
    of event: inout TrackingEvent, from reader: JSONReader
  ) throws(RejectedField) {
    if let type {
      try reader.copyName(type, to: .type, of: &event)
      guard !event.has(.type) || event.withText(.type, { $0.flatMap(EventType.init) != nil }) else {
        throw RejectedField(.unknownType, type)
      }
    }
    if !event.has(.type) { event.setText(.type, to: "track") }
  }
}
