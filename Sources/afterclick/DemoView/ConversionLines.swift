import Attribution
import Formats

/// Writes one conversion for people: when, who, how much, by which path, and who earned what.
struct ConversionLines {
  let conversion: DemoConversion
  let width: Int
  /// What time it is.
  var now = EventTime.distantPast
  /// Models whose credits stand below the path.
  var models: [ShownModel] = []

  private static let separator = " › "
  /// Where the path begins: after the time, the person and the value.
  private static let pathColumn = 31
  private static let gap = 3

  /// The line with the path.
  var headline: StyledText {
    var line = StyledText(" ")
    line.append(time, .dim)
    line.append("  ")
    line.append(ConversionLines.short(conversion.person).padded(to: 9), .plain)
    line.append(value.padded(to: -9), conversion.cents == nil ? .dim : .bold)
    line.append("  ")
    line.append(path)
    return line.fitted(to: width)
  }

  private var isDetailed: Bool {
    !models.isEmpty && conversion.cents != nil && conversion.touches.count > 1
  }

  /// What each touchpoint earned, under the channels of the headline: a line for each model.
  /// Empty if there is nothing to share.
  var details: [StyledText] {
    guard isDetailed else { return [] }
    let cells = visible
    return models.map { model in
      var line = StyledText(" ")
      line.append(model.title.padded(to: -(ConversionLines.pathColumn - 3)), .dim)
      line.append("  ")
      for (index, cell) in cells.enumerated() {
        let text = cell.earned.map { NumberText.money(cents: $0[model.rawValue].cents) } ?? ""
        let isLast = index == cells.count - 1
        line.append(
          isLast ? text : text.padded(to: cell.width + ConversionLines.gap), cell.style)
      }
      return line.fitted(to: width)
    }
  }

  private var value: String {
    conversion.cents.map { NumberText.money(cents: $0) } ?? conversion.rule
  }

  private var path: StyledText {
    var text = StyledText()
    let cells = visible
    if cells.isEmpty { text.append(CreditLedger.nobody, .dim) }
    for (index, cell) in cells.enumerated() {
      let isLast = index == cells.count - 1
      text.append(isLast ? cell.title : cell.title.padded(to: cell.width), cell.style)
      if !isLast { text.append(ConversionLines.separator, .dim) }
    }
    return text
  }

  /// A place on the path: a touchpoint, or several that there is no room for.
  private struct Cell {
    var title: String
    var earned: [Earned]?
    var style: StyledText.Style

    /// As wide as the name or what it earned.
    var width: Int {
      let amounts = (earned ?? []).map { NumberText.money(cents: $0.cents).count }
      return max(title.count, amounts.max() ?? 0)
    }
  }

  /// The path as far as there is room: its beginning and its end matter most.
  private var visible: [Cell] {
    let cells = conversion.touches.map { touch in
      Cell(
        title: touch.channel, earned: isDetailed ? touch.earned : nil,
        style: ChannelColors.style(touch.channel))
    }
    let room = width - ConversionLines.pathColumn
    var hidden = 0
    while hidden < max(0, cells.count - 2) {
      let shown = ConversionLines.hiding(hidden, of: cells)
      if shown.reduce(-ConversionLines.gap, { $0 + $1.width + ConversionLines.gap }) <= room {
        return shown
      }
      hidden += 1
    }
    return ConversionLines.hiding(hidden, of: cells)
  }

  private static func hiding(_ count: Int, of cells: [Cell]) -> [Cell] {
    guard count > 0 else { return cells }
    var more = Cell(title: "\(count) more", earned: nil, style: .dim)
    // What the hidden ones earned belongs to the sum, too.
    let hidden = cells[1...count].compactMap(\.earned)
    if !hidden.isEmpty {
      more.earned = ShownModel.allCases.map { model in
        hidden.reduce(into: Earned()) { $0 += $1[model.rawValue] }
      }
    }
    return [cells[0], more] + cells[(count + 1)...]
  }

  /// `u-1234`, or the beginning of an anonymous id.
  static func short(_ person: String) -> String {
    person.count <= 8 ? person : String(person.prefix(8))
  }

  /// The time of day, or for what is long past the number of days.
  private var time: String {
    let age = now - conversion.occurredAt
    guard age > .hours(20) else { return ConversionLines.timeOfDay(conversion.occurredAt) }
    let days = (age.milliseconds + 43_200_000) / 86_400_000
    return "\(days) d ago".padded(to: 8)
  }

  /// `08:52:34` in UTC.
  static func timeOfDay(_ time: EventTime) -> String {
    var bytes: [UInt8] = []
    time.append(to: &bytes)
    return String(decoding: bytes[11..<19], as: UTF8.self)
  }
}

extension String {
  /// Filled up with spaces: to the right, or for a negative width to the left.
  func padded(to width: Int) -> String {
    let spaces = String(repeating: " ", count: max(0, Int(width.magnitude) - count))
    return width < 0 ? spaces + self : self + spaces
  }
}
