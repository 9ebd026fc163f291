internal import Attribution

// Saving. Conversions, which are most of it, are saved by day: those of a day that is over hardly
// change, and what does not change is neither gone through nor written again.
extension ChannelReport {
  /// Appends everything that is counted but conversions, and what of it has not been said yet.
  func write(to writer: inout ByteWriter) {
    writeShape(to: &writer)
    let rows = rows.sorted()
    writer.write(parts: rows.map(\.row))
    for (_, isChanged) in rows { writer.write(flag: isChanged) }
    writer.write(parts: spent.values.sorted { $0.id < $1.id })
    writer.write(signed: Int64(ignored))
    writer.write(time: latest)
  }

  /// Every day of which conversions are counted, in order: with all of them as bytes if one has changed
  /// since this was last asked.
  mutating func takeDays() -> [(day: Int64, bytes: [UInt8]?)] {
    var changed: [Int64: [(id: String, conversion: PackedConversion)]] = [:]
    var unchanged: Set<Int64> = []
    for (id, conversion) in counted {
      if changedDays.contains(conversion.day) {
        changed[conversion.day, default: []].append((id, conversion))
      } else {
        unchanged.insert(conversion.day)
      }
    }
    changedDays = []
    let days = changed.map { ($0.key, Optional(bytes(of: $0.value))) }
    return (days + unchanged.map { ($0, nil) }).sorted { $0.0 < $1.0 }
  }

  private func bytes(of conversions: [(id: String, conversion: PackedConversion)]) -> [UInt8] {
    var writer = ByteWriter()
    writeShape(to: &writer)
    writer.write(varint: UInt64(conversions.count))
    for (_, conversion) in conversions.sorted(by: { $0.id < $1.id }) {
      writer.bytes += conversion.bytes
    }
    return writer.bytes
  }

  private func writeShape(to writer: inout ByteWriter) {
    writer.write(texts: shape.dimensions)
    writer.write(texts: shape.models)
    writer.write(signed: shape.window.milliseconds)
  }
}

// Restoring. What was counted in another shape, with other dimensions, models or windows, is not taken
// up: neither rows nor conversions.
extension ChannelReport {
  /// Goes on where a report was, but for its conversions.
  mutating func restore(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let isOurs = try readShape(from: &reader)
    var restored = ChannelReport(shape: shape, retention: retention)
    let rows: [ReportRow] = try reader.readParts()
    for row in rows {
      let isChanged = try reader.readFlag()
      guard isOurs else { continue }
      guard row.credits.count == shape.models.count, has(row.key.dimension) else {
        throw ByteReader.Malformed()
      }
      restored.rows.restore(row, of: row.key, isChanged: isChanged)
    }
    let spent: [ReportedSpend] = try reader.readParts()
    for spend in spent where isOurs {
      guard has(spend.dimension) else { throw ByteReader.Malformed() }
      restored.spent[spend.id] = spend
    }
    restored.ignored = try reader.readInt()
    restored.latest = try reader.readTime()
    if isOurs { self = restored }
  }

  /// Takes up the conversions of a day.
  mutating func restoreDay(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    guard try readShape(from: &reader) else { return }
    for _ in 0..<(try reader.readCount()) {
      let conversion = try ReportedConversion(from: &reader)
      guard conversion.fits(shape) else { throw ByteReader.Malformed() }
      counted[conversion.id] = PackedConversion(conversion, using: &packing)
    }
  }

  private func has(_ dimension: Int) -> Bool { shape.dimensions.indices.contains(dimension) }

  /// Reads in what shape something was counted; whether it is this one.
  private func readShape(from reader: inout ByteReader) throws(ByteReader.Malformed) -> Bool {
    let dimensions = try reader.readTexts()
    let models = try reader.readTexts()
    let window = try reader.readSigned()
    return dimensions == shape.dimensions && models == shape.models
      && window == shape.window.milliseconds
  }
}
