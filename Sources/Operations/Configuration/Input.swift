package import Formats

extension Configuration {
  /// One topic to read events from.
  package struct Input: Hashable, Sendable {
    package var topic: String
    package var format: InputFormat
  }

  /// A topic in a format that is part of the interface but cannot be read yet.
  package struct UnavailableInput: Hashable, Sendable {
    package var topic: String
    /// The format's name: `snowplow`.
    package var format: String
    /// Where it was written.
    package var problem: ConfigurationError.Problem
  }
}
