/// The demo's screen: a value in, lines out.
struct DemoFrame {
  let snapshot: DemoSnapshot
  let width: Int
  let height: Int

  /// From this height on, blank lines separate the parts.
  private static let airyHeight = 27
  /// From this room for conversions on, every one shows who earned what.
  private static let detailedRoom = 14
  private static let detailedModels = [ShownModel.linear, .positionBased]

  /// Exactly `height` lines, none wider than `width`.
  var lines: [StyledText] {
    let isAiry = height >= DemoFrame.airyHeight
    let gap = isAiry ? [StyledText()] : []
    let top = [bar, brokerLine, statisticsLine] + gap
    let bottom = gap + footer
    // The table gives way to the list only on very low screens.
    var table = CreditTable(snapshot: snapshot, width: width)
    table.maximumRows = max(3, height - top.count - bottom.count - gap.count - 8)
    let credits = gap + table.lines + [table.promise]
    let room = height - top.count - bottom.count - credits.count - 1
    var lines = top + [listHeading] + list(room: max(0, room)) + credits
    lines = Array(lines.prefix(max(0, height - bottom.count)))
    return (lines + bottom).prefix(height).map { $0.fitted(to: width) }
  }

  private var bar: StyledText {
    var line = StyledText(" AFTERCLICK ", .bar)
    line.append(" a simulated shop, attributed as it happens", .bar)
    var clock = StyledText("\(state)  ", .bar)
    clock.append("\(NumberText.clock(snapshot.elapsed)) ", .bar)
    line.appendRight(clock, width: width, .bar)
    return line
  }

  private var state: String {
    switch snapshot.phase {
    case .joining: "starting"
    case .history: "reading the past"
    case .live: "live"
    case .ending: "ending"
    }
  }

  private var brokerLine: StyledText {
    var line = StyledText(" \(snapshot.facts.broker)")
    line.append("  ·  ", .dim)
    line.append(snapshot.facts.guarantee, .bold)
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
        StyledText("too many to show: the longest paths ", .dim), width: width)
    }
    return line
  }

  private func list(room: Int) -> [StyledText] {
    var lines: [StyledText] = []
    let isDetailed = room >= DemoFrame.detailedRoom
    for (index, conversion) in snapshot.recent.enumerated() {
      guard lines.count < room else { break }
      let text = ConversionLines(conversion: conversion, width: width)
      lines.append(text.headline)
      if isDetailed || (index == 0 && room > DemoFrame.detailedModels.count) {
        lines += text.details(DemoFrame.detailedModels)
      }
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
    line.appendRight(StyledText("Ctrl-C ends ", .dim), width: width)
    guard let warning = snapshot.warning else { return [line] }
    return [line, StyledText(" ! \(warning)", .color(214)).fitted(to: width)]
  }

  private var counters: [(name: String, count: Int)] {
    [
      ("dead letters", snapshot.counters.deadLetters),
      ("duplicates", snapshot.counters.duplicates), ("revised", snapshot.revisions),
      ("too late", snapshot.counters.tooLate), ("read twice", snapshot.repeats),
    ]
  }
}
