import Simulation

/// Where simulated traffic goes.
protocol TrafficDestination: Sendable {
  func send(_ records: [TrafficRecord]) async throws
  /// Waits until everything has arrived.
  func finish() async throws
}
