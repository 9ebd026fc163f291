extension Path {
  /// Identifies what a revision says about `conversion`, apart from its number and its reason.
  ///
  /// Two results with one digest are the same result for every practical purpose (64 bits), in
  /// every process: the digest is kept with the journey.
  package func digest(with conversion: StoredConversion) -> UInt64 {
    var writer = ByteWriter()
    writer.bytes.reserveCapacity(64 + touchpoints.count * 48)
    writer.write(signed: conversion.time.milliseconds)
    writer.write(eventID: conversion.eventID)
    if let value = conversion.value {
      writer.write(byte: value.scale + 1)
      writer.write(signed: value.units)
    }
    writer.write(optionalText: conversion.currency)
    writer.write(varint: UInt64(considered))
    for reason in DropReason.allCases {
      if let count = dropped[reason] { writer.write(varint: UInt64(count)) }
      writer.write(byte: 0)
    }
    for touchpoint in touchpoints {
      writer.write(signed: touchpoint.time.milliseconds)
      writer.write(eventID: touchpoint.eventID)
      writer.write(varint: UInt64(touchpoint.count))
      writer.write(fixed: touchpoint.shared.digest)
      writer.write(optionalText: touchpoint.click?.name)
      writer.write(optionalText: touchpoint.click?.value)
    }
    for milestone in milestones {
      writer.write(text: milestone.conversion)
      writer.write(varint: UInt64(milestone.touchpoint))
    }
    return writer.bytes.withUnsafeBytes { StableHash.fold64($0) }
  }
}
