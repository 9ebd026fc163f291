/// librdkafka properties under librdkafka's own names, in the order of the file.
///
/// Descriptions and reflection never show the value of a secret.
package struct KafkaProperties: Hashable, Sendable {
  /// One property and its value as text.
  package struct Property: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    /// The value, or a mask where it is a secret.
    package var shownValue: String { Secrets.isSecret(name) ? Secrets.mask : value }
  }

  /// What is wrong with a property.
  package enum Mistake: Hashable, Sendable {
    case unknownName
    /// The reason must not hold a secret.
    case value(reason: String)
  }

  /// Finds what is wrong with a property; `nil` if nothing is, as far as it can tell.
  package typealias Examination = (Property) -> Mistake?

  package var properties: [Property]

  package init(_ properties: [Property] = []) {
    self.properties = properties
  }

  /// The value of the property called `name`.
  package subscript(name: String) -> String? {
    properties.first { $0.name == name }?.value
  }
}

extension KafkaProperties.Property: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(name)=\(shownValue)" }
  package var customMirror: Mirror { Mirror(self, children: ["name": name, "value": shownValue]) }
}

extension KafkaProperties: CustomStringConvertible {
  package var description: String {
    properties.map(\.description).joined(separator: " ")
  }
}

/// Which settings hold secrets, and what is shown in their place.
package enum Secrets {
  /// Shown instead of every secret, whatever its length.
  package static let mask = "********"

  private static let marks = [
    "password", "secret", "token", "jaas", "passphrase", "credential", "key.pem", "private.key",
    "keystore.pem",
  ]

  /// Whether a setting of this name holds a secret. Names of files that hold one are no secret.
  package static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    guard !name.hasSuffix("_file"), !name.hasSuffix(".url") else { return false }
    return marks.contains { name.contains($0) } || name == "sasl.oauthbearer.config"
  }
}
