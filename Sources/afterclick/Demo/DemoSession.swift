import Attribution
import Foundation
import Kafka
import KafkaTransport
import Logging
import Operations
import Pipeline
import UnixSignals

/// One run of the demo: the shop, the daemon, a reader of its results, and the view of them.
struct DemoSession {
  let broker: DemoBroker
  let application: String
  let scenario: Scenario
  let duration: Duration?
  /// Where on this machine the live page is served; `nil` for nowhere.
  let page: Int?
  let isPlain: Bool

  private let logger = Logger(label: "afterclick")
  private let log: DemoLog

  /// How long the daemon may take to finish what the shop has sent.
  private static let farewell: Duration = .seconds(2)
  private static let attention: Duration = .milliseconds(50)

  /// What the shop does.
  struct Scenario: Sendable {
    var eventsPerSecond: Double
    /// How much faster the shop's time passes than the clock's.
    var speed: Double
    /// How long the shop is live before its checkout breaks; `nil` if it never does.
    var incidentAfter: Duration?
    var seed: UInt64
  }

  init(
    broker: DemoBroker, application: String, scenario: Scenario, duration: Duration?,
    page: Int?, isPlain: Bool, log: DemoLog
  ) {
    self.broker = broker
    self.application = application
    self.scenario = scenario
    self.duration = duration
    self.page = page
    self.isPlain = isPlain
    self.log = log
  }

  private var demo: DemoConfiguration {
    DemoConfiguration(
      application: application, bootstrapServers: broker.bootstrapServers,
      guarantee: broker.guarantee)
  }

  /// Runs until the duration is over or a signal comes. Throws what ended it before.
  func run() async throws {
    var configuration = try Configuration.parse(demo.yaml, file: "the demo's configuration")
    let isEmbedded = if case .embedded = broker { true } else { false }
    if isEmbedded {
      // It answers a fetch that finds nothing only when the wait is over.
      configuration.kafka.properties.append(.init(name: "fetch.wait.max.ms", value: "10"))
    }
    configuration.http.address = page.map { .init(host: "127.0.0.1", port: $0) }
    // The shop's past is stamped as such: brokers would delete what is older than a week.
    let composition = Composition(
      configuration: configuration, keepsInputs: true, isEmbedded: isEmbedded)
    let kafka = composition.kafka
    let partitions = try prepareTopics(composition)
    let pipelineMonitor = PipelineMonitor()
    let supervisor = composition.supervisor(
      partitions, monitor: pipelineMonitor, logger: logger)
    let server = composition.server(pipelineMonitor, logger: logger)
    let present = WallClock.now - (scenario.speed > 1 ? ShopClock.headStart : .zero)
    let monitor = DemoMonitor(facts: facts, present: present, printsNews: isPlain)
    let shop = DemoShop(
      publisher: try TrafficPublisher(kafka.properties, topic: demo.input), monitor: monitor,
      supervisor: supervisor, eventsPerSecond: scenario.eventsPerSecond, speed: scenario.speed,
      present: present, incidentAfter: scenario.incidentAfter, seed: scenario.seed)
    let outputs = configuration.outputs
    let reader = try ResultReader(
      kafka.properties, conversions: outputs.conversions, alerts: outputs.alerts)
    let probe = try LagProbe(kafka.properties, topic: demo.input, group: application)
    let display = DemoDisplay(monitor: monitor, isPlain: isPlain)
    display.open()
    defer { display.close() }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
      group.addTask {
        await obey(signals, monitor, display)
        return false
      }
      group.addTask { try await runToCompletion { try await supervisor.run() } }
      if let server {
        group.addTask { try await runToCompletion { try await server.run() } }
      }
      group.addTask { try await runToCompletion { try await shop.run() } }
      group.addTask { try await runToCompletion { try await reader.run(into: monitor) } }
      group.addTask { await observe(supervisor, probe, monitor) }
      group.addTask { try await runToCompletion { try await display.run() } }
      group.addTask { try await end(supervisor, monitor) }
      do {
        while let isEnd = try await group.next(), !isEnd {}
      } catch {
        // A worker does not take cancellation for an answer: it would start over.
        await supervisor.stop()
        throw error
      }
      group.cancelAll()
    }
    display.close()
    await sumUp(monitor)
  }

  private var facts: DemoSnapshot.Facts {
    DemoSnapshot.Facts(
      application: application, broker: broker.introduction,
      guarantee: broker.guarantee == .exactlyOnce ? "exactly once" : "at least once",
      rate: scenario.eventsPerSecond, speed: scenario.speed,
      hasIncident: scenario.incidentAfter != nil,
      historyDays: DemoShop.historyDays, lookingOn: lookingOn,
      page: page.map { "http://127.0.0.1:\($0)/" })
  }

  /// From outside, only a broker that is a process of its own can be looked at.
  private var lookingOn: String? {
    guard case .cluster(let servers, _) = broker else { return nil }
    return "kcat -b \(servers) -t \(application).attributed-conversions -C"
      + " -X isolation.level=read_committed"
  }

  /// Creates the topics. Returns how many partitions there are.
  private func prepareTopics(_ composition: Composition) throws -> Composition.PartitionCounts {
    guard case .embedded(let cluster) = broker else {
      guard let partitions = try composition.prepareTopics(logger: logger) else {
        throw PipelineError.misconfigured(reason: log.lastWarning ?? "topics cannot be created")
      }
      return partitions
    }
    // The embedded broker knows no requests of administration.
    let kafka = composition.kafka
    var topics = kafka.inputs + [kafka.journeys, kafka.changelog, kafka.conversions]
    var single = [kafka.deadLetters]
    if let insights = kafka.insights {
      topics += [insights.log, insights.changelog]
      single += [insights.alerts, insights.reports, insights.models]
    }
    for topic in topics { try cluster.createTopic(topic, partitions: DemoBroker.partitions) }
    for topic in single { try cluster.createTopic(topic, partitions: 1) }
    let partitions = DemoBroker.partitions
    return .init(journeys: partitions, inputs: partitions * kafka.inputs.count)
  }

  /// The first signal asks for the end, the second ends at once.
  private func obey(
    _ signals: UnixSignalsSequence, _ monitor: DemoMonitor, _ display: DemoDisplay
  ) async {
    for await _ in signals {
      if await !monitor.isRunning {
        display.close()
        Foundation.exit(1)
      }
      await monitor.end()
    }
  }

  /// What does not decide when the demo ends. An early return of the daemon or the shop is either
  /// an error, which is thrown, or part of the end.
  private func runToCompletion(_ body: () async throws -> Void) async throws -> Bool {
    do {
      try await body()
    } catch is CancellationError {
      // The group is ending.
    }
    return false
  }

  /// Tells the monitor what the daemon has counted and how far it is behind.
  private func observe(
    _ supervisor: Supervisor, _ probe: LagProbe, _ monitor: DemoMonitor
  ) async -> Bool {
    while !Task.isCancelled {
      let counters = DemoSnapshot.Counters(await supervisor.totals())
      await monitor.update(counters, warning: log.lastWarning)
      if let lag = await probe.lag() { await monitor.update(lag: lag) }
      do {
        try await Task.sleep(for: .milliseconds(250))
      } catch {
        break
      }
    }
    return false
  }

  /// Waits for the end to be asked for, or its time; then lets everything finish in order.
  private func end(_ supervisor: Supervisor, _ monitor: DemoMonitor) async throws -> Bool {
    let clock = ContinuousClock()
    let deadline = duration.map { clock.now + $0 }
    while await monitor.isRunning {
      if let deadline, clock.now >= deadline { await monitor.end() }
      try await Task.sleep(for: DemoSession.attention)
    }
    // The shop has closed; what it sent is read, and its conversions too, before the daemon stops.
    let patience = clock.now + DemoSession.farewell
    while clock.now < patience, await monitor.snapshot().lag != 0 {
      try await Task.sleep(for: DemoSession.attention)
    }
    await monitor.update(
      DemoSnapshot.Counters(await supervisor.totals()), warning: log.lastWarning)
    await supervisor.stop()
    try await Task.sleep(for: .milliseconds(300))
    return true
  }

  private func sumUp(_ monitor: DemoMonitor) async {
    let snapshot = await monitor.snapshot()
    let width = Terminal.isInteractive ? Terminal.size.width : 120
    var lines = DemoSummary(snapshot: snapshot, width: max(80, width)).totals
    if case .cluster(_, isTemporary: false) = broker, let command = facts.lookingOn {
      lines.append(StyledText(" The topics stay. To look at the conversions yourself:"))
      lines.append(StyledText("   \(command)"))
      lines.append(StyledText())
    }
    if log.lastWarning != nil {
      lines.append(StyledText(" The daemon had something to complain about: \(log.path)"))
    }
    Terminal.print(lines)
    log.close()
  }
}
