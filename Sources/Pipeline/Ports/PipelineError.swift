/// Why a worker cannot go on. Rejected input is not among them: that is a dead letter.
package enum PipelineError: Error, Hashable, Sendable {
  /// The log did not do what it was asked to; a new worker, restored from the log, may succeed.
  case transport(operation: String, reason: String)
  /// Partitions were taken away without having been released: what was in flight is void.
  case ownershipLost
  /// The broker has shut this instance out: it thought it dead, or another uses the same id.
  case fenced(reason: String)
  /// The journeys log no longer holds what a restore has to replay.
  case logTruncated(LogPartition, needed: Int64, earliest: Int64)
  /// A log no longer has what was read of it already: a partition has lost its end.
  case logShortened(LogPartition, read: Int64, end: Int64)
  /// Saved state cannot be read.
  case corruptState(LogPartition, reason: String)
  /// The broker refuses the configuration: a topic that is missing, a permission, a login.
  case misconfigured(reason: String)

  /// Whether starting over can help.
  package var isRetriable: Bool {
    switch self {
    // A new leader may know less than the former one, for a moment.
    case .transport, .ownershipLost, .fenced, .logShortened: true
    case .logTruncated, .corruptState, .misconfigured: false
    }
  }
}

extension PipelineError {
  /// One word for what kind of failure it is, for metrics: never rename.
  package var kind: String {
    switch self {
    case .transport: "transport"
    case .ownershipLost: "ownership_lost"
    case .fenced: "fenced"
    case .logTruncated: "log_truncated"
    case .logShortened: "log_shortened"
    case .corruptState: "corrupt_state"
    case .misconfigured: "misconfigured"
    }
  }
}

extension PipelineError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .transport(let operation, let reason): "\(operation): \(reason)"
    case .ownershipLost: "partitions were taken away without being released"
    case .fenced(let reason):
      "the broker has shut this instance out; does another use its instance_id? \(reason)"
    case .logTruncated(let partition, let needed, let earliest):
      "\(partition) begins at offset \(earliest), but a restore needs it from \(needed) on; "
        + "raise the topic's retention above the longest time the daemon may be down"
    case .logShortened(let partition, let read, let end):
      "\(partition) ends at offset \(end), but was read up to \(read) before: the brokers have lost "
        + "records, or the topic was created anew; if it stays so, set the group's offset to where "
        + "reading has to go on"
    case .corruptState(let partition, let reason): "saved state of \(partition): \(reason)"
    case .misconfigured(let reason): reason
    }
  }
}
