/// Writes what every channel earned under the models side by side.
struct CreditTable {
  let snapshot: DemoSnapshot
  let width: Int
  /// Channels shown; the others are added up in one line.
  var maximumRows = Int.max

  /// Columns of one model: a space, money, conversions, a space, a bar.
  private struct Cell {
    var width: Int
    var money: Int
    var count: Int

    var bar: Int { max(0, width - 2 - money - count) }
    /// After the numbers, where there is no bar.
    var rest: String { String(repeating: " ", count: max(0, width - 1 - money - count)) }
  }

  private static let nameColumns = 15
  private static let widest = 36

  private var cell: Cell {
    let models = ShownModel.allCases.count
    let room = min(CreditTable.widest, (width - 1 - CreditTable.nameColumns) / models)
    return room < 22
      ? Cell(width: max(16, room), money: 7, count: 5) : Cell(width: room, money: 9, count: 9)
  }

  /// Heading, rows, totals.
  var lines: [StyledText] {
    let rows = shownRows
    let largest = rows.flatMap(\.earned).map(\.cents).max() ?? 0
    return [heading] + rows.map { line(for: $0, largest: largest) } + [total]
  }

  private var heading: StyledText {
    var line = StyledText(" ")
    line.append("WHO EARNED IT".padded(to: CreditTable.nameColumns), .bold)
    for model in ShownModel.allCases {
      let column = line.width
      line.append(model.title.uppercased().padded(to: -(1 + cell.money + cell.count)), .bold)
      line.pad(to: column + cell.width)
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
    line.append(row.channel.padded(to: CreditTable.nameColumns), style)
    for earned in row.earned {
      append(earned, to: &line, moneyStyle: .plain)
      line.append(" ")
      let share = largest > 0 ? Double(max(0, earned.cents)) / Double(largest) : 0
      line.append(CreditTable.bar(share, columns: cell.bar), style)
    }
    return line.fitted(to: width)
  }

  private var total: StyledText {
    var line = StyledText(" ")
    line.append("Total".padded(to: CreditTable.nameColumns), .bold)
    for earned in snapshot.totals {
      append(earned, to: &line, moneyStyle: .bold)
      line.append(cell.rest)
    }
    return line.fitted(to: width)
  }

  private func append(_ earned: Earned, to line: inout StyledText, moneyStyle: StyledText.Style) {
    let whole = NumberText.grouped(Int((earned.cents + 50) / 100), columns: cell.money)
    line.append(whole.padded(to: -(1 + cell.money)), moneyStyle)
    let tenths = NumberText.tenths(earned.conversions)
    let count =
      cell.count > 5 && tenths.count < cell.count
      ? tenths
      : NumberText.grouped(Int(earned.conversions.rounded()), columns: cell.count - 1)
    line.append(count.padded(to: -cell.count), .dim)
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
    line.append(" Every model adds up to the same revenue: ")
    line.append(money, .bold)
    line.append(", \(orders) orders")
    return line.fitted(to: width)
  }
}
