internal import Attribution

/// What a scalar without quotes means: YAML's core schema, so `no` and `on` stay text.
enum PlainScalar {
  case null
  case bool(Bool)
  case number(Double)
  case text

  init(_ text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    default:
      guard PlainScalar.isNumeral(text), let number = Double(text), number.isFinite else {
        self = .text
        return
      }
      self = .number(number)
    }
  }

  /// Digits with at most a sign, a point and an exponent, and in the spelling that numbers have.
  ///
  /// Codes such as `01067` or `+49` and ids too long for a floating-point number stay text, so
  /// that nothing of them is lost.
  private static func isNumeral(_ text: String) -> Bool {
    var rest = Substring(text)
    if rest.first == "-" { rest.removeFirst() }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    guard !whole.isEmpty, whole == "0" || whole.first != "0" else { return false }
    var digits = whole.count
    if rest.first == "." {
      rest.removeFirst()
      let fraction = rest.prefix(while: isDigit)
      guard !fraction.isEmpty else { return false }
      rest = rest.dropFirst(fraction.count)
      digits += fraction.count
    }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
      let exponent = rest.prefix(while: isDigit)
      guard !exponent.isEmpty else { return false }
      rest = rest.dropFirst(exponent.count)
    }
    return rest.isEmpty && digits <= 15
  }

  private static func isDigit(_ character: Character) -> Bool {
    ("0"..."9").contains(character)
  }
}
