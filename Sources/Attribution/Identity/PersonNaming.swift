/// How people are named in what leaves the process.
package enum PersonNaming: Hashable, Sendable {
  /// By their id as it came.
  case plain
  /// By the HMAC-SHA-256 of their id under this key, in hexadecimal: the same person has the same
  /// name, which says nothing to anybody without the key.
  case keyed([UInt8])

  package func name(of person: String) -> String {
    switch self {
    case .plain: return person
    case .keyed(let key):
      return SHA256.hexadecimal(
        SHA256.authenticationCode(of: Array(person.utf8), key: key))
    }
  }
}
