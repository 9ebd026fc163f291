internal import Attribution
internal import Insights

/// One person's way through all funnels, packed: nobody is looked at without an event of theirs.
///
/// When the last of it will be decided, then each progress that is not empty, after its funnel's
/// name: the bytes outlive configurations.
enum PackedFunnels {
  /// `progress` is in the order of the plan. Empty if all of it is.
  static func bytes(
    _ progress: [FunnelProgress], _ plan: InsightsPlan, lateAccept: TimeSpan
  ) -> [UInt8] {
    var end: EventTime?
    var byteCount = 10
    for index in progress.indices {
      guard
        let decided = progress[index].isDecidedAfter(
          shape: plan.funnels[index].shape, lateAccept: lateAccept)
      else { continue }
      end = max(end ?? decided, decided)
      byteCount += plan.funnels[index].shape.name.utf8.count + progress[index].byteCount
    }
    guard let end else { return [] }
    var writer = ByteWriter()
    writer.bytes.reserveCapacity(byteCount)
    writer.write(signed: end.milliseconds)
    for index in progress.indices where !progress[index].isEmpty {
      writer.write(text: plan.funnels[index].shape.name)
      progress[index].write(to: &writer)
    }
    return writer.bytes
  }

  /// When the last of it will be decided; `nil` if there is nothing.
  static func end(of bytes: [UInt8]) -> EventTime? {
    guard !bytes.isEmpty else { return nil }
    return bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      do throws(ByteReader.Malformed) {
        return EventTime(milliseconds: try reader.readSigned())
      } catch {
        preconditionFailure("progress in funnels cannot be read")
      }
    }
  }

  /// In the order of the plan. What is about a funnel that is no more, or of another shape, is left
  /// out.
  static func read(
    _ bytes: [UInt8], _ plan: InsightsPlan
  ) throws(ByteReader.Malformed) -> [FunnelProgress] {
    var all = [FunnelProgress](repeating: FunnelProgress(), count: plan.funnels.count)
    guard !bytes.isEmpty else { return all }
    try bytes.withUnsafeBufferPointer { (buffer) throws(ByteReader.Malformed) in
      var reader = ByteReader(UnsafeRawBufferPointer(buffer))
      _ = try reader.readSigned()
      while !reader.isAtEnd {
        let name = try reader.readText()
        let progress = try FunnelProgress(from: &reader)
        guard let index = plan.index(ofFunnel: name) else { continue }
        let count = plan.funnels[index].shape.dimensions.count
        if progress.hasSegments(count: count) { all[index] = progress }
      }
    }
    return all
  }
}
