/// A touchpoint's profile as one block of bytes: equal blocks are equal profiles.
///
/// Intake packs it once; Journeys compares and stores blocks and unpacks them only for a path.
package enum PackedProfile {
  /// Appends the block for `profile`.
  package static func write(_ profile: TouchpointProfile, to writer: inout ByteWriter) {
    writer.write(byte: profile.interaction.rawValue)
    writer.write(text: profile.rule)
    writer.write(text: profile.channel)
    writer.write(optionalText: profile.source)
    writer.write(optionalText: profile.medium)
    writer.write(optionalText: profile.campaign)
    writer.write(optionalText: profile.term)
    writer.write(optionalText: profile.content)
    writer.write(optionalText: profile.landingPage)
    writer.write(optionalText: profile.referrer)
    writer.write(optionalText: profile.device)
    writer.write(optionalText: profile.country)
    guard !profile.mapped.isEmpty else { return }
    writer.write(varint: UInt64(profile.mapped.count))
    for mapped in profile.mapped {
      writer.write(text: mapped.name)
      writer.write(text: mapped.value)
    }
  }

  /// Appends the block for the touchpoint that `event` is under `rule`, straight from the event's
  /// text. Dimensions longer than `limit` bytes are cut, at the start of a character.
  package static func write(
    _ event: borrowing TrackingEvent, rule: TouchpointRule, mapped: [MappedDimension] = [],
    limit: Int, to writer: inout ByteWriter
  ) {
    writer.write(byte: rule.interaction.rawValue)
    writer.write(text: rule.name)
    event.withText(.channel) { channel in
      writer.write(counted: channel ?? UnsafeRawBufferPointer(start: nil, count: 0))
    }
    write(.trafficSource, of: event, limit, to: &writer)
    write(.trafficMedium, of: event, limit, to: &writer)
    write(.campaign, of: event, limit, to: &writer)
    write(.term, of: event, limit, to: &writer)
    write(.content, of: event, limit, to: &writer)
    writeLandingPage(of: event, limit, to: &writer)
    write(.referrer, of: event, limit, to: &writer)
    write(.device, of: event, limit, to: &writer)
    write(.country, of: event, limit, to: &writer)
    if !mapped.isEmpty { write(mapped, of: event, limit, to: &writer) }
  }

  private static func write(
    _ mapped: [MappedDimension], of event: borrowing TrackingEvent, _ limit: Int,
    to writer: inout ByteWriter
  ) {
    var count: UInt64 = 0
    for dimension in mapped where isValue(dimension.field, of: event) { count += 1 }
    guard count > 0 else { return }
    writer.write(varint: count)
    for dimension in mapped where isValue(dimension.field, of: event) {
      writer.write(text: dimension.name)
      if let text = event.plainText(dimension.field) {
        var text = text
        text.withUTF8 { bytes in
          let bytes = UnsafeRawBufferPointer(bytes)
          let count = characterBoundary(in: bytes, atMost: limit)
          writer.write(counted: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
      }
    }
  }

  private static func isValue(_ field: FieldIndex, of event: borrowing TrackingEvent) -> Bool {
    switch event.kind(field) {
    case .text, .bool, .integer, .number: event.has(field)
    case .missing, .null, .object, .array: false
    }
  }

  private static func write(
    _ field: EventField, of event: borrowing TrackingEvent, _ limit: Int,
    to writer: inout ByteWriter
  ) {
    event.withText(field) { text in
      guard let text, text.count > 0 else { return writer.write(byte: 0) }
      let count = characterBoundary(in: text, atMost: limit)
      writer.write(varint: UInt64(count) + 1)
      writer.bytes.append(contentsOf: text[..<count])
    }
  }

  /// Host and path of the page, without its query.
  private static func writeLandingPage(
    of event: borrowing TrackingEvent, _ limit: Int, to writer: inout ByteWriter
  ) {
    event.withText(.host) { host in
      event.withText(.path) { path in
        let hostCount = host.map { characterBoundary(in: $0, atMost: limit) } ?? 0
        let pathCount = path.map { characterBoundary(in: $0, atMost: limit - hostCount) } ?? 0
        guard hostCount + pathCount > 0 else { return writer.write(byte: 0) }
        writer.write(varint: UInt64(hostCount + pathCount) + 1)
        if let host { writer.bytes.append(contentsOf: host[..<hostCount]) }
        if let path { writer.bytes.append(contentsOf: path[..<pathCount]) }
      }
    }
  }

  /// The largest count up to `limit` that does not cut a UTF-8 character in two.
  private static func characterBoundary(
    in text: UnsafeRawBufferPointer, atMost limit: Int
  ) -> Int {
    guard text.count > limit else { return text.count }
    var count = max(limit, 0)
    while count > 0, text[count] & 0xc0 == 0x80 { count -= 1 }
    return count
  }

  package static func read(
    from bytes: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) -> TouchpointProfile {
    var reader = ByteReader(bytes)
    var profile = TouchpointProfile()
    guard let interaction = Interaction(rawValue: try reader.readByte()) else {
      throw ByteReader.Malformed()
    }
    profile.interaction = interaction
    profile.rule = try reader.readText()
    profile.channel = try reader.readText()
    profile.source = try reader.readOptionalText()
    profile.medium = try reader.readOptionalText()
    profile.campaign = try reader.readOptionalText()
    profile.term = try reader.readOptionalText()
    profile.content = try reader.readOptionalText()
    profile.landingPage = try reader.readOptionalText()
    profile.referrer = try reader.readOptionalText()
    profile.device = try reader.readOptionalText()
    profile.country = try reader.readOptionalText()
    if !reader.isAtEnd {
      for _ in 0..<(try mappedCount(&reader)) {
        let name = try reader.readText()
        profile.mapped.append(.init(name: name, value: try reader.readText()))
      }
    }
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
    return profile
  }

  /// Only written where there are any.
  private static func mappedCount(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> Int {
    let count = try reader.readVarint()
    guard (1...UInt64(MappedDimension.maximumCount)).contains(count) else {
      throw ByteReader.Malformed()
    }
    return Int(count)
  }

  /// Checks that `bytes` are a block that `read` accepts, without unpacking it.
  package static func validate(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) {
    var reader = ByteReader(bytes)
    guard Interaction(rawValue: try reader.readByte()) != nil else { throw ByteReader.Malformed() }
    for _ in 0..<2 { _ = try reader.readCounted() }
    for _ in 0..<9 {
      let length = try reader.readVarint()
      guard length <= UInt64(bytes.count) else { throw ByteReader.Malformed() }
      if length > 0 { _ = try reader.read(count: Int(length) - 1) }
    }
    if !reader.isAtEnd {
      for _ in 0..<(2 * (try mappedCount(&reader))) { _ = try reader.readCounted() }
    }
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
  }
}
