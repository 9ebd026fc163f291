/// The demo's screen: a value in, lines out.
struct DemoFrame {
  let snapshot: DemoSnapshot
  let width: Int
  let height: Int

  /// From this height on, blank lines separate the parts.
  private static let airyHeight = 27
  /// From this room for conversions on, every one shows who earned what.
  private static let detailedRoom = 14
  /// Of the screen's lines, one in so many may be about alerts.
  private static let alertShare = 6
  private static let detailedModels = [ShownModel.linear, .positionBased]

  /// Exactly `height` lines, none wider than `width`.
  var lines: [StyledText] {
    let isAiry = height >= DemoFrame.airyHeight
    let gap = isAiry ? [StyledText()] : []
    let top = [bar, brokerLine, statisticsLine] + alerts + gap
    let bottom = gap + footer
    let body = max(0, height - top.count - bottom.count)
    return (top + self.body(height: body, gap) + bottom).prefix(height)
      .map { $0.fitted(to: width) }
  }

  /// The list and, below it, the table; before there is anything in them, what they will show.
  private func body(height: Int, _ gap: [StyledText]) -> [StyledText] {
    var lines: [StyledText]
    if snapshot.rows.isEmpty {
      lines = introduction
    } else {
      var table = CreditTable(snapshot: snapshot, width: width)
      // Some conversions are seen even on very low screens.
      table.maximumRows = max(3, height - 2 * gap.count - 7)
      let credits = gap + table.lines + [table.promise]
      lines = [listHeading] + list(room: max(0, height - credits.count - 1)) + credits
    }
    lines += [StyledText](repeating: StyledText(), count: max(0, height - lines.count))
    return Array(lines.prefix(height))
  }

  private var introduction: [StyledText] {
    let rate = NumberText.rate(snapshot.facts.rate)
    return
      ([
        "", "People come to a shop from ads, searches, newsletters and by themselves;",
        "they look around, leave, come back, and some of them order.",
        "", "Their events go to a Kafka topic, \(rate) a second. Afterclick follows every",
        "person's journey, and the moment somebody orders it writes the order, once,",
        "with the path that led to it and what each touchpoint has earned under",
        "several models side by side.",
        "", "First come \(snapshot.facts.historyDays) days of history, then what happens now.",
      ] + [watching].compactMap { $0 }).map { StyledText("   \($0)", .dim) }
  }

  private var watching: String? {
    guard snapshot.facts.hasIncident else { return nil }
    return "Then the checkout breaks on iOS: an alert will say so, and when it is over."
  }

  private var bar: StyledText {
    var line = StyledText(" AFTERCLICK ", .bar)
    line.append(" a simulated shop, attributed live", .bar)
    let clock = NumberText.clock(snapshot.elapsed)
    let right = StyledText("Ctrl-C ends   \(state)  \(clock) ", .bar)
    line.appendRight(right, width: width, .bar)
    line.pad(to: width, .bar)
    return line
  }

  private var state: String {
    switch snapshot.phase {
    case .joining: "starting"
    case .history: "history"
    case .live: "live"
    case .ending: "ending"
    }
  }

  /// What was planted, and the alerts that matter most, as far as there is room.
  private var alerts: [StyledText] {
    let lines = [AlertLines.planted(snapshot)].compactMap { $0 }
    let alerts = snapshot.alerts.flatMap { AlertLines(width: width).lines($0) }
    return lines + alerts.prefix(height / DemoFrame.alertShare)
  }

  private var brokerLine: StyledText {
    var line = StyledText(" \(snapshot.facts.broker)")
    line.append("  ·  ", .dim)
    line.append(snapshot.facts.guarantee, .bold)
    if let page = snapshot.facts.page { line.append("  ·  \(page)") }
    return line.fitted(to: width)
  }

  private var statisticsLine: StyledText {
    switch snapshot.phase {
    case .joining:
      return StyledText(" Waiting for the consumer group to hand out its partitions…")
    case .history(let fraction):
      var line = StyledText(" \(snapshot.facts.historyDays) days of history  ")
      let columns = max(10, min(40, width - 50))
      line.append(CreditTable.bar(fraction, columns: columns), .color(39))
      line.append("  \(NumberText.grouped(snapshot.counters.records)) events", .dim)
      return line
    case .live, .ending: return rates
    }
  }

  private var rates: StyledText {
    var line = StyledText(" ")
    func add(_ name: String, _ value: String, _ unit: String = "") {
      if line.width > 1 { line.append("   ") }
      line.append("\(name) ", .dim)
      line.append(value, .bold)
      line.append(unit, .dim)
    }
    add("events", NumberText.rate(snapshot.eventsPerSecond), "/s")
    add("conversions", NumberText.rate(snapshot.conversionsPerMinute), "/min")
    if let latency = snapshot.latency {
      add("latency p50", DemoFrame.milliseconds(latency.p50))
      line.append(" p99 ", .dim)
      line.append(DemoFrame.milliseconds(latency.p99), .bold)
      line.append(" ms", .dim)
    }
    add("lag", snapshot.lag.map { NumberText.grouped($0) } ?? "–")
    return line
  }

  static func milliseconds(_ duration: Duration) -> String {
    let milliseconds = duration.inSeconds * 1_000
    return milliseconds < 10 ? NumberText.tenths(milliseconds) : NumberText.rate(milliseconds)
  }

  private var listHeading: StyledText {
    var line = StyledText(" LATEST CONVERSIONS", .bold)
    line.append("   time, person, value, path", .dim)
    if snapshot.isSelection {
      line.appendRight(
        StyledText("a selection: long paths first ", .dim), width: width)
    }
    return line
  }

  private func list(room: Int) -> [StyledText] {
    var lines: [StyledText] = []
    let isDetailed = room >= DemoFrame.detailedRoom
    // Where there is little room, the first one that has something to share.
    var isFirst = room > DemoFrame.detailedModels.count
    for conversion in snapshot.recent {
      guard lines.count < room else { break }
      var text = ConversionLines(conversion: conversion, width: width, now: snapshot.now)
      if isDetailed || isFirst { text.models = DemoFrame.detailedModels }
      lines.append(text.headline)
      lines += text.details
      if !text.details.isEmpty { isFirst = false }
    }
    lines = Array(lines.prefix(room))
    return lines + [StyledText](repeating: StyledText(), count: room - lines.count)
  }

  private var footer: [StyledText] {
    var line = StyledText(" ")
    for (index, counter) in counters.enumerated() {
      if index > 0 { line.append(" · ", .dim) }
      line.append("\(counter.name) ", .dim)
      line.append(NumberText.grouped(counter.count))
    }
    var lines = [line]
    if height >= DemoFrame.airyHeight, let command = snapshot.facts.lookingOn {
      lines.append(StyledText(" look on: \(command)", .dim))
    }
    if let warning = snapshot.warning {
      lines.append(StyledText(" ! \(warning)", .color(214)))
    }
    return lines
  }

  private var counters: [(name: String, count: Int)] {
    [
      ("dead letters", snapshot.counters.deadLetters),
      ("duplicates", snapshot.counters.duplicates), ("revised", snapshot.revisions),
      ("too late", snapshot.counters.tooLate), ("read twice", snapshot.repeats),
    ]
  }
}
