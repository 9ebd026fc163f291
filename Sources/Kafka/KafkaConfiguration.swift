import CRdKafka

/// librdkafka properties by name, in the order in which they were given.
///
/// Names and values are not checked here but when a client is made: its error names the property.
package struct KafkaConfiguration: Sendable, Equatable {
  private var entries: [(name: String, value: String)] = []

  package init() {}

  /// A later pair wins over an earlier one of the same name.
  package init(_ pairs: [(String, String)]) {
    for (name, value) in pairs { self[name] = value }
  }

  /// Takes the properties in the order of their names, since a dictionary has none.
  package init(_ properties: [String: String]) {
    self.init(properties.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  /// The value of one property; `nil` when it is left to librdkafka. Setting `nil` removes it.
  package subscript(name: String) -> String? {
    get { entries.first { $0.name == name }?.value }
    set {
      let index = entries.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append((name, value))
      case (nil, nil): break
      }
    }
  }

  /// Names in order.
  package var names: [String] { entries.map(\.name) }

  /// Adds the defaults for properties that are not set; what is set stays.
  package func merging(defaults: KafkaConfiguration) -> KafkaConfiguration {
    var merged = self
    for (name, value) in defaults.entries where self[name] == nil { merged[name] = value }
    return merged
  }

  /// Sets every property of the other configuration, over what is set here.
  package func overriding(with other: KafkaConfiguration) -> KafkaConfiguration {
    other.merging(defaults: self)
  }

  package static func == (left: KafkaConfiguration, right: KafkaConfiguration) -> Bool {
    left.entries.elementsEqual(right.entries) { $0 == $1 }
  }
}

extension KafkaConfiguration: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }
}

extension KafkaConfiguration: CustomStringConvertible {
  /// Fit for a log: passwords and the like are masked.
  package var description: String {
    entries
      .map { "\($0.name)=\(Self.isSecret($0.name) ? "********" : $0.value)" }
      .joined(separator: " ")
  }

  /// Whether the value of this property must never be shown.
  ///
  /// By pattern rather than by list, so that a secret of a later librdkafka is masked too. Certain
  /// public-looking ones (`ssl.key.pem`, `sasl.jaas.config`) carry key material.
  package static func isSecret(_ name: String) -> Bool {
    let lowercased = name.lowercased()
    let marks = ["password", "secret", "key.pem", "jaas", "token", "oauthbearer.config", "ssl_key"]
    return marks.contains { lowercased.contains($0) }
  }
}
