/// Writes what every channel earned under the models side by side.
struct CreditTable {
  let snapshot: DemoSnapshot
  let width: Int
  /// Channels shown; the others are added up in one line.
  var maximumRows = Int.max

  private static let nameColumn = 16
  private static let narrowest = 15
  private static let widest = 34

  /// Columns of one model, the space before it included.
  private var cell: Int {
    let models = ShownModel.allCases.count
    let room = (width - 1 - CreditTable.nameColumn) / models
    return min(CreditTable.widest, max(CreditTable.narrowest, room))
  }

  /// Whether there is room for tenths of conversions and longer bars.
  private var isWide: Bool { cell >= 22 }
  private var countColumns: Int { isWide ? 8 : 5 }

  /// Heading, rows, totals.
  var lines: [StyledText] {
    let rows = shownRows
    let largest = rows.flatMap(\.earned).map(\.cents).max() ?? 0
    return [heading] + rows.map { line(for: $0, largest: largest) } + [total]
  }

  private var heading: StyledText {
    var line = StyledText(" ")
    line.append("WHO EARNED IT".padded(to: CreditTable.nameColumn), .bold)
    for model in ShownModel.allCases {
      line.append(" ")
      line.append(model.title.uppercased().padded(to: -(8 + countColumns)), .bold)
      line.append(String(repeating: " ", count: max(0, cell - 9 - countColumns)))
    }
    return line.fitted(to: width)
  }

  private var shownRows: [CreditLedger.Row] {
    guard snapshot.rows.count > maximumRows else { return snapshot.rows }
    let kept = snapshot.rows.prefix(max(0, maximumRows - 1))
    let rest = snapshot.rows.dropFirst(kept.count)
    var others = CreditLedger.Row(
      channel: "\(rest.count) others", earned: ShownModel.allCases.map { _ in Earned() })
    for row in rest {
      for model in ShownModel.allCases {
        others.earned[model.rawValue] += row.earned[model.rawValue]
      }
    }
    return kept + [others]
  }

  private func line(for row: CreditLedger.Row, largest: Int64) -> StyledText {
    let style = ChannelColors.style(row.channel)
    var line = StyledText(" ")
    line.append(row.channel.padded(to: CreditTable.nameColumn), style)
    for earned in row.earned {
      append(earned, to: &line, moneyStyle: .plain)
      let columns = cell - 9 - countColumns - 1
      line.append(" ")
      let share = largest > 0 ? Double(max(0, earned.cents)) / Double(largest) : 0
      line.append(CreditTable.bar(share, columns: columns), style)
    }
    return line.fitted(to: width)
  }

  private var total: StyledText {
    var line = StyledText(" ")
    line.append("Total".padded(to: CreditTable.nameColumn), .bold)
    for earned in snapshot.totals {
      append(earned, to: &line, moneyStyle: .bold)
      line.append(String(repeating: " ", count: max(0, cell - 9 - countColumns)))
    }
    return line.fitted(to: width)
  }

  private func append(_ earned: Earned, to line: inout StyledText, moneyStyle: StyledText.Style) {
    line.append(" ")
    line.append(NumberText.grouped(Int((earned.cents + 50) / 100)).padded(to: -8), moneyStyle)
    let count =
      isWide
      ? NumberText.tenths(earned.conversions) : "\(Int(earned.conversions.rounded()))"
    line.append(count.padded(to: -countColumns), .dim)
  }

  /// A bar of eighths of a column.
  static func bar(_ share: Double, columns: Int) -> String {
    let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let total = Int((min(1, max(0, share)) * Double(columns) * 8).rounded())
    let bar = String(repeating: "█", count: total / 8) + eighths[total % 8]
    return bar.padded(to: columns)
  }

  /// The product's promise, checked on what was read.
  var promise: StyledText {
    let revenue = snapshot.revenue
    let money = "\(NumberText.money(cents: revenue.cents)) \(snapshot.facts.currency)"
    let orders = NumberText.grouped(Int(revenue.millionths / 1_000_000))
    guard snapshot.totals.allSatisfy({ $0.cents == revenue.cents }) else {
      return StyledText(" ✗ The models do not add up to the revenue of \(money)", .color(196))
    }
    var line = StyledText(" ")
    line.append("✓", .color(78))
    line.append(" Every model adds up to the same revenue, to the cent: ")
    line.append(money, .bold)
    line.append(" from \(orders) orders")
    return line.fitted(to: width)
  }
}
