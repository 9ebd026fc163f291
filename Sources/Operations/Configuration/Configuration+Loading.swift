internal import Foundation

extension Configuration {
  /// Reads and checks the file at `path`, then what `environment` overrides.
  ///
  /// `examination` is of librdkafka's properties, which are not known here.
  package static func load(
    path: String, environment: [String: String] = [:],
    examination: @escaping KafkaProperties.Examination = { _ in nil }
  ) throws(ConfigurationError) -> Configuration {
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try handle.read(upToCount: YAMLDocument.maximumBytes + 1) ?? Data()
      try handle.close()
    } catch {
      throw ConfigurationError(
        file: path, problems: [.init(.file, path: "", message: "cannot be read")])
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ConfigurationError(
        file: path, problems: [.init(.file, path: "", message: "is not UTF-8 text")])
    }
    return try parse(
      text, file: path, environment: environment, examination: examination)
  }

  /// Checks configuration text; `file` is its name in messages.
  package static func parse(
    _ yaml: String, file: String = "configuration", environment: [String: String] = [:],
    examination: @escaping KafkaProperties.Examination = { _ in nil }
  ) throws(ConfigurationError) -> Configuration {
    let context = DecodingContext(examination)
    if let document = YAMLDocument.read(yaml, into: context) {
      let tree = EnvironmentOverrides.apply(environment, to: document, context)
      if let configuration = ConfigurationReader.configuration(tree, context) {
        return configuration
      }
    }
    throw ConfigurationError(file: file, problems: context.problemsInOrder)
  }

  /// What keeps a valid configuration from being run against brokers; empty if nothing does.
  package func obstaclesToRunning() -> [ConfigurationError.Problem] {
    var obstacles: [ConfigurationError.Problem] = []
    if kafka["bootstrap.servers"] == nil {
      obstacles.append(
        .init(.file, path: "kafka", message: "`bootstrap.servers` is missing: expected host:port"))
    }
    return obstacles
  }

  /// The whole configuration in force as YAML: defaults filled in, secrets masked.
  package func effectiveYAML() -> String { TreePrinter.yaml(of: effective) }
}

extension Configuration: CustomStringConvertible, CustomReflectable {
  package var description: String { effectiveYAML() }

  /// Only what the description shows: reflection must not find secrets either.
  package var customMirror: Mirror { Mirror(self, children: ["effective": effectiveYAML()]) }
}
