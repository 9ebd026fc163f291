extension Path {
  /// Appends everything that a revision says of the path.
  func write(to writer: inout ByteWriter) {
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
  }
}
