package import Attribution

/// What of a funnel is judged on its own.
package enum FunnelPart: Hashable, Comparable, Sendable {
  /// Whether those who took this step take the next.
  case transition(Int)
  /// How many begin.
  case beginning
}

extension FunnelPart: StateBytes {
  private static let beginningNumber: Int64 = -1

  package func write(to writer: inout ByteWriter) {
    switch self {
    case .transition(let index): writer.write(signed: Int64(index))
    case .beginning: writer.write(signed: FunnelPart.beginningNumber)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let number = try reader.readSigned()
    guard number != FunnelPart.beginningNumber else {
      self = .beginning
      return
    }
    guard number >= 0, let index = Int(exactly: number) else { throw ByteReader.Malformed() }
    self = .transition(index)
  }
}
