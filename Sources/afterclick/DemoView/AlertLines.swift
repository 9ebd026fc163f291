import Attribution

/// Writes the planted fault and the alerts for people: what is wrong, for whom, and whether it is over.
struct AlertLines {
  let width: Int

  private static let red: StyledText.Style = .color(203)
  private static let green: StyledText.Style = .color(78)
  private static let indent = 3

  /// The shop's time, and what was planted in it; `nil` before the shop is live.
  static func planted(_ snapshot: DemoSnapshot) -> StyledText? {
    guard snapshot.phase == .live || snapshot.phase == .ending else { return nil }
    guard snapshot.facts.speed > 1 || snapshot.incident != nil else { return nil }
    var line = StyledText(" ")
    line.append(ConversionLines.timeOfDay(snapshot.now), .bold)
    if snapshot.facts.speed > 1 { line.append(" at \(speed(snapshot.facts))", .dim) }
    if let incident = snapshot.incident {
      line.append(" · planted: ", .dim)
      line.append(words(incident))
    }
    return line
  }

  /// `6× the clock`.
  static func speed(_ facts: DemoSnapshot.Facts) -> String {
    let speed = facts.speed == facts.speed.rounded() ? "\(Int(facts.speed))" : "\(facts.speed)"
    return "\(speed)× the clock"
  }

  /// `checkout breaks on iOS at 14:02:10`, or `checkout broken on iOS 14:02:10–14:09:30`.
  static func words(_ incident: DemoIncident) -> String {
    let planted = ConversionLines.timeOfDay(incident.plantedAt)
    guard let repaired = incident.repairedAt else {
      return "checkout breaks on iOS at \(planted)"
    }
    return "checkout broken on iOS \(planted)–\(ConversionLines.timeOfDay(repaired))"
  }

  /// The alert's sentence, in as many lines as it takes, and what to look at.
  func lines(_ alert: DemoAlert) -> [StyledText] {
    let color = alert.isFiring ? AlertLines.red : AlertLines.green
    var head = StyledText(" ")
    head.append(
      alert.isFiring ? "● FIRING \(alert.severity)" : "✓ RESOLVED",
      StyledText.Style(color: color.color, isBold: true))
    var lines: [StyledText] = []
    for word in alert.summary.split(separator: " ") {
      if head.width + 1 + word.count > width {
        lines.append(head)
        head = StyledText(String(repeating: " ", count: AlertLines.indent - 1))
      }
      head.append(" \(word)", color)
    }
    lines.append(head)
    var note = StyledText(String(repeating: " ", count: AlertLines.indent))
    if !alert.suspects.isEmpty {
      note.append("suspect ", .dim)
      note.append(alert.suspects.joined(separator: ", "), .bold)
      if let share = alert.share {
        note.append(" (\(Int((share * 100).rounded())) % of the loss)", .dim)
      }
      note.append(" · ", .dim)
    }
    note.append(timing(alert), .dim)
    lines.append(note)
    return lines.map { $0.fitted(to: width) }
  }

  private func timing(_ alert: DemoAlert) -> String {
    guard let resolved = alert.resolvedAt else {
      return "noticed after \(AlertLines.span(alert.detectedAt - alert.startedAt))"
    }
    return "took \(AlertLines.span(resolved - alert.startedAt))"
      + ", noticed after \(AlertLines.span(alert.detectedAt - alert.startedAt))"
  }

  /// `4 min`, of the shop's time.
  private static func span(_ span: TimeSpan) -> String {
    "\(max(1, (span.milliseconds + 30_000) / 60_000)) min"
  }
}
