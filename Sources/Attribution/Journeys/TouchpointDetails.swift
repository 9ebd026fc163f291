/// What few touchpoints have, and no fixed size fits: event ids that are no UUIDs, and click ids.
///
/// One block of bytes for all touchpoints of a journey: as values of their own they would take
/// three times the room.
package struct TouchpointDetails: Hashable, Sendable {
  private var bytes: [UInt8] = []

  package init() {}

  var byteCount: Int { MemoryUse.of(bytes) }

  /// Touchpoints that have details. Walks over all of them.
  package var count: Int {
    var count = 0
    var offset = 0
    while offset < bytes.count {
      offset += read(at: UInt32(offset + 1)).length
      count += 1
    }
    return count
  }

  /// Adds details; the reference to them, which is never 0.
  mutating func append(eventID: EventID?, click: ClickID?) -> UInt32 {
    let reference = UInt32(bytes.count + 1)
    var writer = ByteWriter()
    writer.write(optionalText: eventID?.description)
    writer.write(optionalText: click?.name)
    if let click { writer.write(text: click.value) }
    let needed = bytes.count + writer.bytes.count
    // Doubling would leave up to half of it unused.
    if needed > bytes.capacity { bytes.reserveCapacity(needed + bytes.count / 4) }
    bytes.append(contentsOf: writer.bytes)
    return reference
  }

  func eventID(at reference: UInt32) -> EventID? { read(at: reference).eventID.map(EventID.text) }

  func click(at reference: UInt32) -> ClickID? { read(at: reference).click }

  /// Removes what is there, and returns by how much every larger reference becomes smaller.
  mutating func remove(at reference: UInt32) -> UInt32 {
    let offset = Int(reference) - 1
    let length = read(at: reference).length
    bytes.removeSubrange(offset..<offset + length)
    return UInt32(length)
  }

  private func read(at reference: UInt32) -> (eventID: String?, click: ClickID?, length: Int) {
    let offset = Int(reference) - 1
    return bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
      do throws(ByteReader.Malformed) {
        let eventID = try reader.readOptionalText()
        var click: ClickID?
        if let name = try reader.readOptionalText() {
          click = ClickID(name: name, value: try reader.readText())
        }
        return (eventID, click, reader.position)
      } catch {
        preconditionFailure("no details at \(offset) of \(bytes.count)")
      }
    }
  }
}
