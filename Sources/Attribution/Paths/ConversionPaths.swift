/// Every path that one conversion is credited by.
package struct ConversionPaths: Hashable, Sendable {
  package var own: Path
  /// In the order of the rule's windows.
  package var windows: [Path] = []

  package init(own: Path) {
    self.own = own
  }

  /// Those of a conversion that does not count: there are none.
  package static let none = ConversionPaths(own: Path(touchpoints: []))

  /// Identifies what a revision says about `conversion`, apart from its number and its reason.
  ///
  /// Two results with one digest are the same result for every practical purpose (64 bits), in
  /// every process: the digest is kept with the journey.
  package func digest(with conversion: StoredConversion) -> UInt64 {
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
    return writer.bytes.withUnsafeBytes { StableHash.fold64($0) }
  }
}
