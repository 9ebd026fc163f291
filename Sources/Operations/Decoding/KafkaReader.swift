/// Reads `kafka`: librdkafka's properties, and secrets from files.
enum KafkaReader {
  /// Properties that follow from other settings; a second opinion would break what they promise.
  private static let derived = [
    "group.id": "application_id", "transactional.id": "application_id and processing.instance_id",
    "group.instance.id": "processing.instance_id", "enable.auto.commit": "processing.guarantee",
    "enable.auto.offset.store": "processing.guarantee",
  ]
  private static let fileSuffix = "_file"
  /// For suggestions only: any other property is passed on.
  private static let common = [
    "bootstrap.servers", "security.protocol", "sasl.mechanism", "sasl.mechanisms", "sasl.username",
    "sasl.password", "ssl.ca.location", "ssl.key.password", "ssl.certificate.location",
    "ssl.key.location", "client.id", "compression.type", "linger.ms", "session.timeout.ms",
  ]

  static func properties(in document: inout SectionReader) -> KafkaProperties {
    guard let value = document.optional("kafka"),
      let section = value.section("a section of librdkafka properties")
    else { return KafkaProperties() }
    var properties: [KafkaProperties.Property] = []
    for entry in section.entries {
      let reader = ValueReader(
        tree: entry.value, path: section.path + [.key(entry.key)], context: section.context)
      guard let property = property(entry.key, reader) else { continue }
      if properties.contains(where: { $0.name == property.name }) {
        reader.fail("`\(property.name)` is given twice")
      } else {
        properties.append(property)
      }
    }
    return KafkaProperties(properties)
  }

  private static func property(
    _ key: String, _ value: ValueReader
  ) -> KafkaProperties.Property? {
    let isFile = key.hasSuffix(fileSuffix)
    let name = isFile ? String(key.dropLast(fileSuffix.count)) : key
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || "._".utf8.contains(byte)
      }
    guard isName else {
      let meant = Suggestion.phrase(for: name, among: common)
      value.fail("is no librdkafka property: expected a name such as bootstrap.servers\(meant)")
      return nil
    }
    if let setting = derived[name] {
      value.fail("follows from \(setting) and cannot be set here")
      return nil
    }
    // All of librdkafka's settings but a few are dotted; the others have no use in a file.
    guard name.contains(".") || ["debug", "retries", "acks", "partitioner"].contains(name) else {
      value.fail("unknown property\(Suggestion.phrase(for: name, among: common))")
      return nil
    }
    guard let text = value.scalar, !isFile || !text.isEmpty else {
      value.expected(isFile ? "the path of a file" : "the property's value")
      return nil
    }
    guard let content = isFile ? SecretFile.text(at: text, value) : text else { return nil }
    let property = KafkaProperties.Property(name: name, value: content)
    switch value.context.examination(property) {
    case nil: return property
    case .unknownName:
      value.fail("librdkafka has no such property\(Suggestion.phrase(for: name, among: common))")
    case .value(let reason): value.fail("librdkafka does not take this: \(reason)")
    }
    return nil
  }
}
