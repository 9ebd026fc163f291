internal import Attribution

/// Reads the parts of the interface that have no function yet: checked fully, then warned about.
enum PlannedReader {
  static func warn(_ feature: String, _ context: DecodingContext) {
    context.warn("\(feature): accepted and checked, but not evaluated in this version")
  }

  static func features(in document: inout SectionReader) -> PlannedFeatures {
    var features = PlannedFeatures()
    features.httpListen = http(in: &document)
    return features
  }

  private static func http(in document: inout SectionReader) -> String? {
    guard let value = document.optional("http"), var section = value.section() else { return nil }
    let listen = section.optional("listen")
    section.finish()
    guard let listen, let text = listen.text("host:port") else { return nil }
    let port = text.split(separator: ":", omittingEmptySubsequences: false).last.flatMap {
      UInt16($0)
    }
    guard text.contains(":"), !text.hasPrefix(":"), port != nil else {
      listen.expected("host:port, such as 127.0.0.1:9464")
      return nil
    }
    warn("http", document.context)
    return text
  }
}
