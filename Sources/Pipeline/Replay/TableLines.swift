internal import Attribution
internal import Formats

/// Makes JSON objects of the lines of a table: the first names the columns, each other is a record.
///
/// A cell that is a number in JSON is one; an empty cell is no member. A record is one line: between
/// quotes there may be separators and, doubled, quotes, but not the end of a line.
struct TableLines {
  /// What is between cells.
  enum Separator: UInt8 {
    case comma = 0x2c
    /// Quotes mean nothing then: what is in a cell has no tabs.
    case tab = 0x09

    /// By the name of the file, compressed or not; `nil` if its lines are records as they are.
    init?(path: String) {
      var name = path.lowercased()
      for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) {
        name.removeLast(suffix.count)
      }
      if name.hasSuffix(".csv") {
        self = .comma
      } else if name.hasSuffix(".tsv") {
        self = .tab
      } else {
        return nil
      }
    }
  }

  private let separator: Separator
  /// `nil` before the first line.
  private var columns: [String]?
  private var json = JSONWriter()

  init(_ separator: Separator) {
    self.separator = separator
  }

  /// The record of the next line; `nil` for the names of the columns.
  mutating func record(
    of line: UnsafeRawBufferPointer
  ) throws(RejectedInput) -> [UInt8]? {
    guard let columns else {
      // Without names, every line that follows has too many cells.
      columns = []
      columns = try cells(of: line)
      return nil
    }
    guard !line.isEmpty else { throw RejectedInput(.empty, "the line is empty") }
    let cells = try cells(of: line)
    guard cells.count == columns.count else {
      throw RejectedInput(
        .wrongColumns, "the line has \(cells.count) cells, and the first \(columns.count)")
    }
    json.removeAll()
    json.object { json in
      for (name, cell) in zip(columns, cells) where !cell.isEmpty {
        if TableLines.isNumber(cell), let amount = Amount(decimal: cell.utf8) {
          json.member(named: name, amount)
        } else {
          json.member(named: name, cell)
        }
      }
    }
    return json.bytes
  }

  private func cells(of line: UnsafeRawBufferPointer) throws(RejectedInput) -> [String] {
    let quote = UInt8(ascii: "\"")
    var cells: [[UInt8]] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var index = 0
    while index < line.count {
      let byte = line[index]
      index += 1
      if byte == separator.rawValue, !isQuoted {
        cells.append(cell)
        cell.removeAll()
      } else if byte != quote || separator == .tab {
        cell.append(byte)
      } else if isQuoted, index < line.count, line[index] == quote {
        cell.append(quote)
        index += 1
      } else if isQuoted || cell.isEmpty {
        isQuoted.toggle()
      } else {
        cell.append(quote)
      }
    }
    guard !isQuoted else {
      throw RejectedInput(.wrongColumns, "the line ends between quotes")
    }
    cells.append(cell)
    let texts = cells.compactMap { String(validating: $0, as: UTF8.self) }
    guard texts.count == cells.count else {
      throw RejectedInput(.invalidText, "the line is not UTF-8")
    }
    return texts
  }

  /// Whether nothing is lost if the text is taken for a number: not of `007`, nor of twenty digits.
  private static func isNumber(_ text: String) -> Bool {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard text.utf8.count - digits.count <= 1, digits.count <= 15, parts.count <= 2,
      parts.allSatisfy({ part in
        !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) }
      })
    else { return false }
    return parts[0].first != UInt8(ascii: "0") || parts[0].count == 1
  }
}

extension LineReader.Line {
  /// Gives `body` the record that the line is, or that `table` makes of it; `false` if it only names
  /// columns.
  func read(
    by table: inout TableLines?, limit: Int, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(RejectedInput) -> Bool {
    guard !isCut else { throw RejectedInput(recordBytes: count, limit: limit) }
    guard table != nil else {
      body(bytes)
      return true
    }
    guard let record = try table?.record(of: bytes) else { return false }
    record.withUnsafeBytes(body)
    return true
  }
}
