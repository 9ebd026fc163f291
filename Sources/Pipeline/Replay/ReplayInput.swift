package import Formats

/// A file to read in the place of a topic.
package struct ReplayInput: Sendable {
  package var topic: String
  package var format: InputFormat
  /// `-` is standard input.
  package var path: String

  package static let standardInput = "-"

  package init(topic: String, format: InputFormat, path: String) {
    self.topic = topic
    self.format = format
    self.path = path
  }

  func open() throws(ReplayError) -> OpenFile {
    path == ReplayInput.standardInput ? .standardInput() : try OpenFile(reading: path)
  }

  /// Bytes of the file, if it is a regular one.
  func size() throws(ReplayError) -> Int64? {
    path == ReplayInput.standardInput ? nil : try OpenFile.size(ofFileAt: path)
  }

  /// What makes records of its lines, if it is a table with named columns.
  var table: TableLines? {
    // Snowplow's lines are read as they are, and have no names.
    if case .snowplow = format { return nil }
    return TableLines.Separator(path: path).map(TableLines.init)
  }

  /// The file as messages and dead letters name it.
  var name: String {
    path == ReplayInput.standardInput ? OpenFile.standardInputName : path
  }
}
