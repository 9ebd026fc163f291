/// Every path that one conversion is credited by.
package struct ConversionPaths: Hashable, Sendable {
  package var own: Path
  /// In the order of the rule's windows.
  package var windows: [Path] = []
  /// The path of the earlier conversion that the rule credits, if there was one.
  package var credited: Credited?

  /// The path of another conversion.
  package struct Credited: Hashable, Sendable {
    /// Index of its rule.
    package var rule: Int
    /// Its conversion id.
    package var id: String
    package var time: EventTime
    package var path: Path

    package init(rule: Int, id: String, time: EventTime, path: Path) {
      self.rule = rule
      self.id = id
      self.time = time
      self.path = path
    }
  }

  package init(own: Path) {
    self.own = own
  }

  /// Those of a conversion that does not count: there are none.
  package static let none = ConversionPaths(own: Path(touchpoints: []))

  /// Identifies what a revision says about `conversion`, apart from its number and its reason.
  ///
  /// Two results with one digest are the same result for every practical purpose (64 bits), in
  /// every process: the digest is kept with the journey.
  package func digest(with conversion: StoredConversion, isRetracted: Bool = false) -> UInt64 {
    var writer = ByteWriter()
    writer.bytes.reserveCapacity(64 + own.touchpoints.count * 48)
    writer.write(signed: conversion.time.milliseconds)
    writer.write(eventID: conversion.eventID)
    if let value = conversion.value {
      writer.write(byte: value.scale + 1)
      writer.write(signed: value.units)
    }
    writer.write(optionalText: conversion.currency)
    own.write(to: &writer)
    for window in windows {
      writer.write(byte: 0xff)
      window.write(to: &writer)
    }
    if let credited {
      writer.write(byte: 0xfe)
      writer.write(text: credited.id)
      writer.write(signed: credited.time.milliseconds)
      credited.path.write(to: &writer)
    }
    if isRetracted { writer.write(byte: 0xfd) }
    return writer.bytes.withUnsafeBytes { StableHash.fold64($0) }
  }
}
