/// Prints results as one aligned table.
struct ResultTable {
  let title: String
  let rows: [ResultRow]

  private static let heads = ["", "measured", "ceiling or peer", "times better", "goal", ""]

  func printOut() {
    let cells = [ResultTable.heads] + rows.map(ResultTable.cells)
    let widths = ResultTable.heads.indices.map { column in
      cells.map { $0[column].count }.max() ?? 0
    }
    print("\n\(title)\n")
    for (index, row) in cells.enumerated() {
      print(ResultTable.line(row, widths))
      if index == 0 { print(String(repeating: "-", count: widths.reduce(0) { $0 + $1 + 2 })) }
    }
    let remarks = rows.compactMap { row in row.remark.map { "  \(row.name): \($0)" } }
    if !remarks.isEmpty { print("\n" + remarks.joined(separator: "\n")) }
  }

  private static func cells(of row: ResultRow) -> [String] {
    [
      row.name,
      "\(text(row.value)) \(row.unit)",
      row.reference.map { "\(text($0.value)) \($0.source)" } ?? "",
      row.ratio.map { text($0) } ?? "",
      row.goal.map { "\(row.better == .lower ? "≤" : "≥") \(text($0))" } ?? "",
      row.isMet.map { $0 ? "met" : "MISSED" } ?? "",
    ]
  }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[column] - cell.count + 2)
      line += cell + padding
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Three significant digits, thousands apart.
  static func text(_ number: Double) -> String {
    guard number.isFinite else { return "–" }
    var decimals = 0
    var bound = 100.0
    while decimals < 3, number.magnitude < bound {
      decimals += 1
      bound /= 10
    }
    let scale = [1, 10, 100, 1_000][decimals]
    let scaled = Int((number.magnitude * Double(scale)).rounded())
    let fraction = decimals == 0 ? "" : "." + padded(scaled % scale, decimals)
    return (number < 0 ? "-" : "") + grouped(scaled / scale) + fraction
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: digits - text.count) + text
  }

  private static func grouped(_ number: Int) -> String {
    number < 1_000 ? String(number) : grouped(number / 1_000) + "," + padded(number % 1_000, 3)
  }
}
