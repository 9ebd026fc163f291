internal import Foundation

/// Keeps the local copy of each partition in a directory of its own:
/// `<directory>/<application id>/journeys-<partition>`.
package struct RocksDBStoreProvider: JourneyStoreProvider {
  private let parent: URL

  /// `directory` is created if it does not exist. `applicationID` is part of a topic's name, and so
  /// is fit to name a file.
  package init(directory: String, applicationID: String) {
    parent = URL(fileURLWithPath: directory, isDirectory: true)
      .appendingPathComponent(applicationID, isDirectory: true)
  }

  /// Where the copy of `partition` is.
  package func directory(of partition: LogPartition) -> String {
    parent.appendingPathComponent("journeys-\(partition.partition)", isDirectory: true).path
  }

  package func open(_ partition: LogPartition) throws(PipelineError) -> any JourneyStore {
    do {
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    } catch {
      throw .transport(operation: "opening local state", reason: "\(error)")
    }
    return try RocksDBJourneyStore(directory: directory(of: partition), partition: partition)
  }

  /// The store must have been closed.
  package func discard(_ partition: LogPartition) throws(PipelineError) {
    let directory = directory(of: partition)
    guard FileManager.default.fileExists(atPath: directory) else { return }
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      throw .transport(operation: "discarding local state", reason: "\(error)")
    }
  }
}
