import ArgumentParser
import Foundation
import Logging
import Operations
import Pipeline
import UnixSignals

/// `afterclick run`: the daemon.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs the daemon.",
    discussion: """
      Reads the inputs, writes conversions and dead letters, and goes on until SIGTERM or SIGINT: \
      then it commits what it has read, saves its state and exits with 0. A second signal ends it \
      at once, which loses nothing either. SIGHUP reads the configuration again and goes on with \
      the new rules; if they are wrong, it says so and keeps the old. \
      Health and metrics are served over HTTP at 127.0.0.1:9464, or where `http.listen` says.

      EXAMPLES
        afterclick run --config afterclick.yaml
        AFTERCLICK_KAFKA__BOOTSTRAP_SERVERS=kafka:9092 afterclick run --config afterclick.yaml
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let configuration = try options.load()
    try options.expectBrokers(of: configuration)
    let logger = try options.startLogging()
    for warning in configuration.warnings { logger.warning("\(warning)") }
    do {
      try await run(configuration, logger: logger)
    } catch let error as PipelineError {
      logger.critical("stopped", metadata: ["reason": "\(error)"])
      throw ExitCode(1)
    } catch let error as OperationsServer.Unavailable {
      logger.critical("stopped", metadata: ["reason": "\(error)"])
      throw ExitCode(1)
    }
  }

  /// Serves and works side by side, so that people can see why it does not work yet.
  private func run(_ configuration: Configuration, logger: Logger) async throws {
    let composition = Composition(configuration: configuration)
    let monitor = PipelineMonitor()
    try await withThrowingTaskGroup(of: Void.self) { group in
      if let server = composition.server(monitor, logger: logger) {
        group.addTask { try await server.run() }
      }
      let environment = ProcessInfo.processInfo.environment
      if let notifier = ServiceNotifier(environment: environment, monitor: monitor) {
        group.addTask { await notifier.run() }
      }
      group.addTask { try await work(composition, monitor, logger) }
      // The server and the notifier go on until they are cancelled; only that the server cannot
      // begin ends it, and with it the daemon: nobody would see how it is.
      try await group.next()
      group.cancelAll()
    }
  }

  private func work(
    _ composition: Composition, _ monitor: PipelineMonitor, _ logger: Logger
  ) async throws {
    guard let partitions = try await preparedTopics(composition, monitor, logger) else {
      throw ExitCode(1)
    }
    let supervisor = composition.supervisor(
      partitions, monitor: monitor, logger: logger)
    let configuration = composition.configuration
    logger.info(
      "running",
      metadata: [
        "version": "\(Version.text)", "application": "\(configuration.applicationID)",
        "instance": "\(configuration.processing.instanceID)",
        "guarantee": "\(configuration.processing.guarantee.rawValue)",
        "inputs": "\(configuration.inputs.map(\.topic).joined(separator: " "))",
      ])
    try await withThrowingTaskGroup(of: Void.self) { group in
      let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
      group.addTask { await obey(signals, supervisor, partitions.journeys, logger) }
      group.addTask {
        await AlertRelay.keepRunning(configuration, monitor: monitor, logger: logger)
      }
      group.addTask { await ProgressLog(supervisor: supervisor, logger: logger).run() }
      try await supervisor.run()
      group.cancelAll()
    }
    logger.info("stopped", metadata: ["reason": "asked to; everything read is committed"])
  }

  /// Waits for brokers that are not there yet: in a cluster everything starts at once.
  private func preparedTopics(
    _ composition: Composition, _ monitor: PipelineMonitor, _ logger: Logger
  ) async throws -> Composition.PartitionCounts? {
    var policy = RestartPolicy()
    while true {
      do throws(PipelineError) {
        return try composition.prepareTopics(logger: logger)
      } catch {
        guard case .restart(let pause) = policy.failed(with: error, after: .zero) else {
          throw error
        }
        monitor.enter(.preparing(obstacle: "the brokers do not answer yet: \(error)"))
        logger.warning(
          "the brokers do not answer yet",
          metadata: ["reason": "\(error)", "pause": "\(pause)"])
        try await Task.sleep(for: pause)
      }
    }
  }

  private func obey(
    _ signals: UnixSignalsSequence, _ supervisor: Supervisor, _ partitions: Int, _ logger: Logger
  ) async {
    var isStopping = false
    for await signal in signals {
      if signal == .sighup {
        await reload(supervisor, partitions, logger)
        continue
      }
      if isStopping { Foundation.exit(1) }
      isStopping = true
      logger.info("stopping", metadata: ["signal": "\(signal)"])
      await supervisor.stop()
    }
  }

  private func reload(_ supervisor: Supervisor, _ partitions: Int, _ logger: Logger) async {
    do {
      let configuration = try Configuration.load(options.config)
      logger.info("configuration read again; the workers start over with it")
      await supervisor.reload(
        Composition(configuration: configuration).workers(journeysPartitions: partitions))
    } catch {
      logger.error(
        "configuration not taken over: it has mistakes",
        metadata: ["mistakes": "\(error.lines.joined(separator: "; "))"])
    }
  }
}
