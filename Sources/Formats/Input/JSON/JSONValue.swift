internal import CSimdJSON

/// A field's value in the document that a `JSONReader` read last; its text lives as long as that.
struct JSONValue {
  enum Kind: UInt32 {
    case missing, null, bool, integer, number, text, object, array
    /// An integer beyond `Int64` that `UInt64` can hold.
    case unsigned
  }

  private let slot: afterclick_json_slot

  @inline(__always)
  init(_ slot: afterclick_json_slot) {
    self.slot = slot
  }

  @inline(__always)
  var kind: Kind {
    guard let kind = Kind(rawValue: slot.kind) else {
      preconditionFailure("slot of kind \(slot.kind)")
    }
    return kind
  }

  /// The bytes of a text, valid UTF-8.
  @inline(__always)
  var text: UnsafeRawBufferPointer? {
    guard kind == .text else { return nil }
    return UnsafeRawBufferPointer(
      start: UnsafeRawPointer(bitPattern: UInt(slot.bits)), count: Int(slot.length))
  }

  var bool: Bool { slot.bits != 0 }
  var integer: Int64 { Int64(bitPattern: slot.bits) }
  var unsigned: UInt64 { slot.bits }
  var number: Double { Double(bitPattern: slot.bits) }

  /// A number as JavaScript's `String(number)` would spell it; `nil` for all else.
  ///
  /// Ids and campaign names arrive as numbers from careless trackers.
  var spelledNumber: String? {
    switch kind {
    case .integer: return String(integer)
    case .unsigned: return String(unsigned)
    case .number:
      if let integer = Int64(exactly: number) { return String(integer) }
      return "\(number)"
    case .missing, .null, .bool, .text, .object, .array: return nil
    }
  }
}
