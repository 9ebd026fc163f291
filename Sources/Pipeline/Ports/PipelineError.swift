/// Why a worker cannot go on. Rejected input is not among them: that is a dead letter.
package enum PipelineError: Error, Hashable, Sendable {
  /// The log did not do what it was asked to; a new worker, restored from the log, may succeed.
  case transport(operation: String, reason: String)
  /// Partitions were taken away without having been released: what was in flight is void.
  case ownershipLost
  /// Another process uses the same instance id, and has shut this one out for good.
  case fenced(reason: String)
  /// The journeys log no longer holds what a restore has to replay.
  case logTruncated(LogPartition, needed: Int64, earliest: Int64)
  /// Saved state cannot be read.
  case corruptState(LogPartition, reason: String)
  /// The broker refuses the configuration: a topic that is missing, a permission, a login.
  case misconfigured(reason: String)

  /// Whether starting over can help.
  package var isRetriable: Bool {
    switch self {
    case .transport, .ownershipLost: true
    case .fenced, .logTruncated, .corruptState, .misconfigured: false
    }
  }
}

extension PipelineError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .transport(let operation, let reason): "\(operation): \(reason)"
    case .ownershipLost: "partitions were taken away without being released"
    case .fenced(let reason):
      "another process uses this instance id, and this one is shut out: \(reason)"
    case .logTruncated(let partition, let needed, let earliest):
      "\(partition) begins at offset \(earliest), but a restore needs it from \(needed) on; "
        + "raise the topic's retention above the longest time the daemon may be down"
    case .corruptState(let partition, let reason): "saved state of \(partition): \(reason)"
    case .misconfigured(let reason): reason
    }
  }
}
