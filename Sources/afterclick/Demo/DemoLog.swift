import Foundation
import Logging
import Operations
import Synchronization

/// The daemon's log while the demo has the screen: warnings go to a file, and the last one to the
/// screen.
final class DemoLog: Sendable {
  let path: String
  private let descriptor: Int32
  private let last = Mutex<String?>(nil)

  /// `nil` is shown where the file cannot be made.
  init(application: String) {
    path = NSTemporaryDirectory() + "afterclick-\(application).log"
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    // Without a file there is still the screen.
    descriptor = file >= 0 ? file : open("/dev/null", O_WRONLY | O_CLOEXEC)
  }

  /// The last warning or worse.
  var lastWarning: String? { last.withLock { $0 } }

  /// Makes every `Logger` of the process write here. To be called once, before the first one.
  func install() {
    LoggingSystem.bootstrap { label in
      DemoLogHandler(
        log: self,
        file: LogOutput(
          label: label, level: .warning, style: .text(isColored: false),
          descriptor: self.descriptor))
    }
  }

  /// Removes the file if there was nothing to complain about.
  func close() {
    if lastWarning == nil { unlink(path) }
  }

  fileprivate func note(_ line: String) {
    last.withLock { $0 = line }
  }
}

/// Passes on to the file, and notes the line for the screen.
private struct DemoLogHandler: LogHandler {
  let log: DemoLog
  var file: LogOutput

  var metadata: Logger.Metadata {
    get { file.metadata }
    set { file.metadata = newValue }
  }
  var logLevel: Logger.Level {
    get { file.logLevel }
    set { file.logLevel = newValue }
  }
  var metadataProvider: Logger.MetadataProvider? {
    get { file.metadataProvider }
    set { file.metadataProvider = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { file[metadataKey: key] }
    set { file[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) {
    let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }
      .map { " \($0.key)=\($0.value)" }.joined()
    log.note("\(event.message)\(details)")
    file.log(event: event)
  }
}
