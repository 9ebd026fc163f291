package import Attribution

// Reports as bytes of a checkpoint. Everything is written in the order of its keys, so that equal
// reports are equal bytes.

extension ByteWriter {
  mutating func write(amount: Amount) {
    write(signed: amount.units)
    write(byte: amount.scale)
  }

  mutating func write(optionalAmount amount: Amount?) {
    write(flag: amount != nil)
    if let amount { write(amount: amount) }
  }

  mutating func write(texts: [String]) {
    write(varint: UInt64(texts.count))
    for text in texts { write(text: text) }
  }
}

extension ByteReader {
  mutating func readAmount() throws(Malformed) -> Amount {
    let units = try readSigned()
    let scale = try readByte()
    guard scale <= Amount.maximumScale else { throw Malformed() }
    return Amount(units: units, scale: scale)
  }

  mutating func readOptionalAmount() throws(Malformed) -> Amount? {
    try readFlag() ? readAmount() : nil
  }

  mutating func readTexts() throws(Malformed) -> [String] {
    try readArray { (reader) throws(Malformed) in try reader.readText() }
  }

  /// So many elements as are said to follow.
  mutating func readArray<Element>(
    _ readElement: (inout ByteReader) throws(Malformed) -> Element
  ) throws(Malformed) -> [Element] {
    let count = try readCount()
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try readElement(&self)) }
    return elements
  }

  mutating func readInt() throws(Malformed) -> Int { Int(try readSigned()) }
}

extension ReportedConversion: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(text: id)
    writer.write(signed: Int64(revision))
    writer.write(time: time)
    writer.write(optionalAmount: value)
    writer.write(optionalText: currency)
    writer.write(flag: isRetracted)
    writer.write(flag: acquired != nil)
    if let acquired { writer.write(time: acquired) }
    writer.write(flag: isFirst)
    writer.write(varint: UInt64(touches.count))
    for touch in touches {
      writer.write(time: touch.time)
      writer.write(texts: touch.values)
    }
    writer.write(varint: UInt64(credits.count))
    for credit in credits {
      writer.write(varint: UInt64(credit.millionths.count))
      for share in credit.millionths { writer.write(signed: share) }
      writer.write(varint: UInt64(credit.values.count))
      for value in credit.values { writer.write(amount: value) }
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    id = try reader.readText()
    revision = try reader.readInt()
    time = try reader.readTime()
    value = try reader.readOptionalAmount()
    currency = try reader.readOptionalText()
    isRetracted = try reader.readFlag()
    acquired = try reader.readFlag() ? try reader.readTime() : nil
    isFirst = try reader.readFlag()
    touches = try reader.readArray { (reader) throws(ByteReader.Malformed) in
      Touch(time: try reader.readTime(), values: try reader.readTexts())
    }
    credits = try reader.readArray { (reader) throws(ByteReader.Malformed) in
      Credit(
        millionths: try reader.readArray { (reader) throws(ByteReader.Malformed) in
          try reader.readSigned()
        },
        values: try reader.readArray { (reader) throws(ByteReader.Malformed) in
          try reader.readAmount()
        })
    }
  }
}

extension ReportRow: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(time: key.window)
    writer.write(varint: UInt64(key.dimension))
    writer.write(text: key.value)
    writer.write(text: key.currency)
    for count in [touches, conversions, lengths, lastTouch, assisted, clicks] {
      writer.write(signed: Int64(count))
    }
    writer.write(signed: lagMilliseconds)
    for amount in [lastTouchValue, assistedValue, cost] { writer.write(amount: amount) }
    writer.write(varint: UInt64(credits.count))
    for credit in credits {
      writer.write(signed: credit.millionths)
      writer.write(signed: credit.firstMillionths)
      writer.write(amount: credit.value)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let key = Key(
      window: try reader.readTime(), dimension: try reader.readSmall(),
      value: try reader.readText(), currency: try reader.readText())
    self.init(key: key, models: 0)
    touches = try reader.readInt()
    conversions = try reader.readInt()
    lengths = try reader.readInt()
    lastTouch = try reader.readInt()
    assisted = try reader.readInt()
    clicks = try reader.readInt()
    lagMilliseconds = try reader.readSigned()
    lastTouchValue = try reader.readAmount()
    assistedValue = try reader.readAmount()
    cost = try reader.readAmount()
    for _ in 0..<(try reader.readCount()) {
      credits.append(
        Credit(
          millionths: try reader.readSigned(), firstMillionths: try reader.readSigned(),
          value: try reader.readAmount()))
    }
  }
}

extension SpanHistogram: StateBytes {
  package func write(to writer: inout ByteWriter) {
    for count in counts { writer.write(signed: Int64(count)) }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    var counts: [Int] = []
    for _ in 0..<SpanHistogram.bucketCount { counts.append(try reader.readInt()) }
    self.init(counts: counts)
  }
}
