package import Attribution

/// One thing that the insights log says: what a person did, by name of what it is about.
///
/// Names and not places in a configuration, because a log outlives configurations.
package enum InsightsFact: Hashable, Sendable {
  /// About the funnel of that name.
  case funnel(String, FunnelFact)
  case quality(QualityWatch.Count)
  /// About the conversion rule of that name, as the next ones.
  case conversion(String, ReportedConversion)
  case spend(String, ReportedSpend)
  /// So many people came for the first time then; fewer than none, if it turns out that they did not.
  case acquired(String, at: EventTime, count: Int)
  /// Somebody has left without converting.
  case departure(String, Departure)

  /// What all facts about one thing have in common: the key under which they keep their order.
  package var subject: String {
    switch self {
    case .funnel(let name, _): "funnel/\(name)"
    case .quality: "quality"
    case .conversion(let name, _), .spend(let name, _), .acquired(let name, _, _),
      .departure(let name, _):
      "report/\(name)"
    }
  }
}

/// The channels that somebody met who has not converted as long as it could have been credited to
/// them.
package struct Departure: Hashable, Sendable {
  package var channels: [String]
  /// When they met the last.
  package var time: EventTime

  package init(_ channels: [String], at time: EventTime) {
    self.channels = channels
    self.time = time
  }
}

extension InsightsFact: StateBytes {
  package func write(to writer: inout ByteWriter) {
    switch self {
    case .funnel(let name, let fact):
      writer.write(byte: 0)
      writer.write(text: name)
      fact.write(to: &writer)
    case .quality(let count):
      writer.write(byte: 1)
      writer.write(byte: UInt8(count.measure.rawValue))
      writer.write(signed: Int64(count.bad))
      writer.write(signed: Int64(count.all))
    case .conversion(let name, let conversion):
      writer.write(byte: 2)
      writer.write(text: name)
      conversion.write(to: &writer)
    case .spend(let name, let spend):
      writer.write(byte: 3)
      writer.write(text: name)
      spend.write(to: &writer)
    case .acquired(let name, let time, let count):
      writer.write(byte: 4)
      writer.write(text: name)
      writer.write(time: time)
      writer.write(signed: Int64(count))
    case .departure(let name, let departure):
      writer.write(byte: 5)
      writer.write(text: name)
      writer.write(texts: departure.channels)
      writer.write(time: departure.time)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    switch try reader.readByte() {
    case 0: self = .funnel(try reader.readText(), try FunnelFact(from: &reader))
    case 1:
      guard let measure = QualityWatch.Measure(rawValue: Int(try reader.readByte())) else {
        throw ByteReader.Malformed()
      }
      self = .quality(.init(measure, bad: try reader.readInt(), of: try reader.readInt()))
    case 2: self = .conversion(try reader.readText(), try ReportedConversion(from: &reader))
    case 3: self = .spend(try reader.readText(), try ReportedSpend(from: &reader))
    case 4:
      self = .acquired(
        try reader.readText(), at: try reader.readTime(), count: try reader.readInt())
    case 5:
      let name = try reader.readText()
      self = .departure(name, Departure(try reader.readTexts(), at: try reader.readTime()))
    default: throw ByteReader.Malformed()
    }
  }
}

extension FunnelFact: StateBytes {
  package func write(to writer: inout ByteWriter) {
    switch self {
    case .seen(let step):
      writer.write(byte: 0)
      writer.write(varint: UInt64(step))
    case .reached(let stage):
      writer.write(byte: 1)
      stage.write(to: &writer)
    case .retracted(let stage):
      writer.write(byte: 2)
      stage.write(to: &writer)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    switch try reader.readByte() {
    case 0: self = .seen(step: try reader.readSmall())
    case 1: self = .reached(try StageReached(from: &reader))
    case 2: self = .retracted(try StageReached(from: &reader))
    default: throw ByteReader.Malformed()
    }
  }
}

extension StageReached: StateBytes {
  /// Times before this one are differences, and segments that stayed the same are not repeated.
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(stage))
    writer.write(varint: UInt64(step))
    writer.write(time: time)
    writer.write(signed: (time - began).milliseconds)
    writer.write(texts: segments)
    writer.write(byte: origin == nil ? 0 : origin?.segments == segments ? 1 : 2)
    if let origin {
      writer.write(signed: (time - origin.time).milliseconds)
      if origin.segments != segments { writer.write(texts: origin.segments) }
    }
    writer.write(optionalAmount: value)
    writer.write(optionalText: currency)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    stage = try reader.readSmall()
    step = try reader.readSmall()
    time = try reader.readTime()
    began = try StageReached.time(before: time, from: &reader)
    segments = try reader.readTexts()
    switch try reader.readByte() {
    case 0: origin = nil
    case 1:
      origin = Origin(
        time: try StageReached.time(before: time, from: &reader), segments: segments)
    case 2:
      origin = Origin(
        time: try StageReached.time(before: time, from: &reader),
        segments: try reader.readTexts())
    default: throw ByteReader.Malformed()
    }
    value = try reader.readOptionalAmount()
    currency = try reader.readOptionalText()
  }

  private static func time(
    before time: EventTime, from reader: inout ByteReader
  ) throws(ByteReader.Malformed) -> EventTime {
    let (milliseconds, overflow) = time.milliseconds.subtractingReportingOverflow(
      try reader.readSigned())
    guard !overflow else { throw ByteReader.Malformed() }
    return EventTime(milliseconds: milliseconds)
  }
}

extension ReportedSpend: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(text: id)
    writer.write(time: time)
    writer.write(varint: UInt64(dimension))
    writer.write(text: value)
    writer.write(amount: cost)
    writer.write(optionalText: currency)
    writer.write(signed: Int64(clicks))
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    id = try reader.readText()
    time = try reader.readTime()
    dimension = try reader.readSmall()
    value = try reader.readText()
    cost = try reader.readAmount()
    currency = try reader.readOptionalText()
    clicks = try reader.readInt()
  }
}
