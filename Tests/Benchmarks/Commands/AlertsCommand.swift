import ArgumentParser
import Insights

/// `afterclick-bench alerts`: how quickly faults are found, and how quiet it is without any.
struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract:
      "Plants faults in simulated traffic and sees what is said; without them, what is not.",
    discussion: """
      A funnel of four steps in three dimensions, with daily and weekly rhythm, mailings, campaigns \
      that bring people who seldom buy, rates that wander for hours and days, and delays of minutes \
      to hours. Lorden's bound is the time in which the information of a change, if everything \
      about it were known and counts varied by chance alone, reaches the logarithm of the mean time \
      between false alarms in minutes.
      """)

  @Option(help: "Faults of each kind.") var faults = 20
  @Option(help: "Runs of 26 weeks without a fault.") var quietRuns = 3
  @Option(help: "People who begin, per minute on average.") var people = 20.0
  @Option(help: "The budget: false alarms per week.") var falseAlarmsPerWeek = 1.0
  @Option(help: "Decides the random numbers.") var seed: UInt64 = 42
  @Flag(help: "Says every false alarm.") var list = false

  func run() throws {
    var settings = AlertSettings()
    settings.falseAlarmsPerWeek = falseAlarmsPerWeek
    var quiet: [FaultRun] = []
    let time = CPUTime.spent {
      for number in 0..<quietRuns {
        var run = FaultRun(
          seed: seed + UInt64(number) + 1, peoplePerMinute: people, settings: settings)
        run.passWeeks(26)
        quiet.append(run)
      }
    }
    // Each in traffic of its own, so that it stays the same whatever other kinds there are.
    let narrow = [
      faultRun(seed: seed, PlantedFault.Kind.narrow, settings),
      faultRun(seed: seed + 1_000, [.pair90], settings),
    ]
    let wide = faultRun(seed: seed + 100, PlantedFault.Kind.wide, settings)
    print("\nalerts: \(faults) faults of each kind, medians of those that were found\n")
    FaultTable(outcomes: (narrow + [wide]).flatMap(\.outcomes)).printOut()
    ResultTable(
      title: "alerts: goals",
      rows: quietRows(quiet, time) + findingRows(narrow) + breakageRows(wide)
    ).printOut()
    if list {
      for alert in (quiet + narrow + [wide]).flatMap(\.falseAlarms) {
        print("  \(alert.id): \(alert.summary)")
      }
    }
  }

  private func faultRun(
    seed: UInt64, _ kinds: [PlantedFault.Kind], _ settings: AlertSettings
  ) -> FaultRun {
    var run = FaultRun(seed: seed, peoplePerMinute: people, settings: settings)
    run.passWeeks(4)
    for _ in 0..<faults {
      for kind in kinds { run.plant(kind) }
    }
    return run
  }

  private func quietRows(_ runs: [FaultRun], _ nanoseconds: Int64) -> [ResultRow] {
    let weeks = max(1, runs.reduce(0) { $0 + $1.weeks })
    let rates = runs.map { Double($0.falseAlarms.count) / $0.weeks }
    let spikes = runs.reduce(0) { $0 + $1.trueSpikes }
    return [
      ResultRow(
        name: "false alarms", value: rates.reduce(0, +) / Double(max(1, rates.count)),
        unit: "per week", reference: (falseAlarmsPerWeek, "budget"), goal: falseAlarmsPerWeek,
        remark: "\(runs.count) × 26 weeks from a cold start, every kind of alert counted"),
      ResultRow(
        name: "false alarms, worst run", value: rates.max() ?? 0, unit: "per week",
        reference: (falseAlarmsPerWeek, "budget"), goal: falseAlarmsPerWeek),
      ResultRow(
        name: "bursts and campaigns said", value: Double(spikes) / weeks, unit: "per week",
        remark: "volume_spike while there is one: true, of severity info"),
      ResultRow(
        name: "a week of traffic", value: Double(nanoseconds) / 1e9 / weeks, unit: "s, CPU",
        remark: "simulation included; a third of a million facts and 39 streams of minutes"),
      ResultRow(
        name: "state of the funnel", value: Double(runs.first?.stateBytes ?? 0) / 1_000,
        unit: "kB in a checkpoint", remark: "39 streams and 141 pairs, delays of up to a day"),
    ]
  }

  private func findingRows(_ runs: [FaultRun]) -> [ResultRow] {
    // Of everybody or of a whole segment. Who is in two segments is watched in either, as a part of it.
    let large: Set<PlantedFault.Kind> = [.drop50, .drop90, .outage, .segment50, .segment90]
    let outcomes = runs.flatMap(\.outcomes)
    let drops = outcomes.filter { large.contains($0.fault.kind) }
    let found = drops.filter { $0.delay != nil }
    let all = outcomes.filter { $0.delay != nil }
    let weeks = runs.reduce(0) { $0 + $1.weeks }
    return [
      ResultRow(
        name: "drops of 50 % and more found", value: share(found.count, of: drops.count), unit: "",
        goal: 1, better: .higher, remark: "of everybody, and of one segment"),
      ResultRow(
        name: "their delay", value: FaultTable.median(found.compactMap(\.multiple)),
        unit: "× Lorden's bound", goal: 2,
        remark: "median; the bound knows the fault, and is for Poisson counts"),
      ResultRow(
        name: "right suspect at once",
        value: share(all.count { $0.isSuspectRight == true }, of: all.count), unit: "",
        goal: 0.9, better: .higher, remark: "in the first alert about any fault"),
      ResultRow(
        name: "false alarms between faults",
        value: Double(runs.reduce(0) { $0 + $1.falseAlarms.count }) / max(1, weeks),
        unit: "per week",
        reference: (falseAlarmsPerWeek, "budget"), goal: falseAlarmsPerWeek),
    ]
  }

  private func breakageRows(_ run: FaultRun) -> [ResultRow] {
    let found = run.outcomes.filter { $0.delay != nil }
    let alerts = found.reduce(0) { $0 + 1 + $1.besides }
    return [
      ResultRow(
        name: "breakages at several steps found",
        value: share(found.count, of: run.outcomes.count), unit: "", goal: 1, better: .higher),
      ResultRow(
        name: "alerts about each", value: share(alerts, of: found.count), unit: "", goal: 1.2,
        remark: "one is enough; what is false meanwhile counts, too"),
    ]
  }

  private func share(_ count: Int, of all: Int) -> Double {
    all > 0 ? Double(count) / Double(all) : 0
  }
}
