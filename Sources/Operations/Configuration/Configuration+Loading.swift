extension Configuration {
  /// Reads and checks the file at `path`, then what `environment` overrides.
  package static func load(
    path: String, environment: [String: String] = [:]
  ) throws(ConfigurationError) -> Configuration {
    throw ConfigurationError(file: path, problems: [])
  }

  /// Checks configuration text; `file` is its name in messages.
  package static func parse(
    _ yaml: String, file: String = "configuration", environment: [String: String] = [:]
  ) throws(ConfigurationError) -> Configuration {
    throw ConfigurationError(file: file, problems: [])
  }

  /// The whole configuration in force as YAML: defaults filled in, secrets masked.
  package func effectiveYAML() -> String { "" }
}
