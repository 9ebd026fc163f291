internal import Foundation

/// A JSON value as the auditor reads it, with Foundation's parser and not with the product's.
package indirect enum AuditJSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The decimal, written out: `140`, `66.5`, `-0.05`.
  case number(String)
  case text(String)
  case array([AuditJSON])
  case object([String: AuditJSON])

  /// Reads `bytes`; `nil` if they are not UTF-8 or not JSON.
  package init?(_ bytes: [UInt8]) {
    // Foundation would also take UTF-16 and UTF-32.
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    do {
      self.init(try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed))
    } catch {
      return nil
    }
  }

  private init(_ value: Any) {
    switch value {
    case let text as String: self = .text(text)
    case let list as [Any]: self = .array(list.map { AuditJSON($0) })
    case let fields as [String: Any]: self = .object(fields.mapValues { AuditJSON($0) })
    case let number as NSNumber:
      // A Boolean is an NSNumber too; its C type tells it apart.
      let isBool = String(cString: number.objCType) == "c"
      self = isBool ? .bool(number.boolValue) : .number(number.stringValue)
    default: self = .null
    }
  }

  /// The field of an object; `nil` for anything else and if there is none.
  package subscript(field: String) -> AuditJSON? {
    guard case .object(let fields) = self else { return nil }
    return fields[field]
  }

  /// The value that an RFC 6901 pointer such as `/properties/revenue` points to.
  package func value(at pointer: String) -> AuditJSON? {
    var value: AuditJSON? = self
    for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let name = part.replacingOccurrences(of: "~1", with: "/")
        .replacingOccurrences(of: "~0", with: "~")
      if case .array(let list) = value {
        value = Int(name).flatMap { list.indices.contains($0) ? list[$0] : nil }
      } else {
        value = value?[name]
      }
    }
    return value
  }

  /// The text, if it is text and not empty.
  package var nonEmptyText: String? {
    guard case .text(let text) = self, !text.isEmpty else { return nil }
    return text
  }

  /// The decimal, of a number or of text that is one.
  package var decimal: AuditDecimal? {
    switch self {
    case .number(let number): AuditDecimal(number: number)
    case .text(let text): AuditDecimal(text: text)
    case .null, .bool, .array, .object: nil
    }
  }
}
