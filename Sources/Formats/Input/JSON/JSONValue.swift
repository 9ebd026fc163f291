internal import CSimdJSON

/// A field's value in the document that a `JSONReader` read last; its text lives as long as that.
struct JSONValue {
  /// In the order of the shim's constants.
  enum Kind {
    case missing, null, bool, integer, number, text, object, array
    /// An integer beyond `Int64` that `UInt64` can hold.
    case unsigned
  }

  private let slot: afterclick_json_slot

  @inline(__always)
  init(_ slot: afterclick_json_slot) {
    self.slot = slot
  }

  // A switch rather than a raw value: its initialiser is not inlined, and this is asked most.
  @inline(__always)
  var kind: Kind {
    switch slot.kind {
    case 0: .missing
    case 1: .null
    case 2: .bool
    case 3: .integer
    case 4: .number
    case 5: .text
    case 6: .object
    case 7: .array
    case 8: .unsigned
    default: preconditionFailure("a slot of kind \(slot.kind)")
    }
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

  /// A number as text, a whole one in digits: how ids and campaign names arrive from careless
  /// trackers. `nil` for all else.
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
