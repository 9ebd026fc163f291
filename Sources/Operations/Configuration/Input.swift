package import Formats

extension Configuration {
  /// One topic to read events from.
  package struct Input: Hashable, Sendable {
    package var topic: String
    package var format: InputFormat
  }
}
