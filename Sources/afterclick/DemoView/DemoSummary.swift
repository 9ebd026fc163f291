/// What the demo says in plain lines: conversions one by one, totals now and then, and at the end.
struct DemoSummary {
  let snapshot: DemoSnapshot
  let width: Int

  /// The state of things in a few lines.
  var totals: [StyledText] {
    let table = CreditTable(snapshot: snapshot, width: width)
    return [StyledText()] + statistics + [counters] + alerts + [StyledText()] + table.lines
      + [table.promise, StyledText()]
  }

  private var alerts: [StyledText] {
    [AlertLines.planted(snapshot)].compactMap { $0 }
      + snapshot.alerts.flatMap { AlertLines(width: width).lines($0) }
  }

  private var statistics: [StyledText] {
    let first =
      " \(NumberText.clock(snapshot.elapsed))  \(NumberText.grouped(snapshot.events)) events,"
      + " \(NumberText.grouped(snapshot.conversions)) conversions,"
      + " \(NumberText.grouped(snapshot.liveConversions)) of them live"
    guard let latency = snapshot.latency else { return [StyledText(first)] }
    let second =
      " event in to conversion read: p50 \(DemoFrame.milliseconds(latency.p50)) ms,"
      + " p99 \(DemoFrame.milliseconds(latency.p99)) ms"
    return [StyledText(first), StyledText(second)]
  }

  private var counters: StyledText {
    let counters = snapshot.counters
    return StyledText(
      " dead letters \(NumberText.grouped(counters.deadLetters)),"
        + " duplicates \(NumberText.grouped(counters.duplicates)),"
        + " revised \(NumberText.grouped(snapshot.revisions)),"
        + " too late \(NumberText.grouped(counters.tooLate)),"
        + " read twice \(NumberText.grouped(snapshot.repeats))")
  }

  /// What is new, in a line or a few.
  static func lines(_ news: DemoNews, width: Int) -> [StyledText] {
    switch news {
    case .conversion(let conversion): return [line(conversion)]
    case .planted(let incident): return [StyledText(" planted: \(AlertLines.words(incident))")]
    case .repaired(let time):
      return [StyledText(" the shop is repaired at \(ConversionLines.timeOfDay(time))")]
    case .alert(let alert): return AlertLines(width: width).lines(alert)
    }
  }

  /// One conversion in one line: the path with what the channels earned under `position_based`.
  static func line(_ conversion: DemoConversion) -> StyledText {
    var line = ConversionLines(conversion: conversion, width: .max).headline
    guard conversion.cents != nil, conversion.touches.count > 1 else { return line }
    for model in [ShownModel.linear, .positionBased] {
      let parts = conversion.touches.map {
        NumberText.money(cents: $0.earned[model.rawValue].cents)
      }
      line.append("  \(model.title) \(parts.joined(separator: " · "))", .dim)
    }
    return line
  }
}
