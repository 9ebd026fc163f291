import Testing

@testable import Insights

@Suite struct ReportTableTests {
  private func table(_ keys: String...) -> ReportTable<String, [String: Int]> {
    var table = ReportTable<String, [String: Int]>()
    for key in keys { count(key, 1, in: &table) }
    return table
  }

  private func count(
    _ key: String, _ count: Int, in table: inout ReportTable<String, [String: Int]>
  ) {
    table.update(key, from: [key: 0]) { $0[key, default: 0] += count }
  }

  private func changes(
    of table: inout ReportTable<String, [String: Int]>
  ) -> [[String: Int]] {
    table.takeChanges { row in row.values.allSatisfy { $0 == 0 } }
  }

  @Test func `changes are said once, in the order of their keys`() {
    var table = table("b", "a", "b")
    #expect(changes(of: &table) == [["a": 1], ["b": 2]])
    #expect(changes(of: &table).isEmpty)
    count("b", 1, in: &table)
    #expect(changes(of: &table) == [["b": 3]])
  }

  @Test func `an empty row is said for the last time and begins anew`() {
    var table = table("a")
    count("a", -1, in: &table)
    #expect(changes(of: &table) == [["a": 0]])
    #expect(!table.contains("a"))
    count("a", 5, in: &table)
    #expect(changes(of: &table) == [["a": 5]])
  }

  @Test func `what is forgotten is not said, and counts from nothing when it comes again`() {
    var table = table("a", "b")
    table.removeAll(but: { $0 == "b" })
    #expect(table.count == 1)
    count("a", 7, in: &table)
    #expect(changes(of: &table) == [["a": 7], ["b": 1]])
  }

  @Test func `a restored row is said if it had not been`() {
    var table = ReportTable<String, [String: Int]>()
    table.restore(["a": 1], of: "a", isChanged: false)
    table.restore(["b": 2], of: "b", isChanged: true)
    #expect(table.sorted().map(\.isChanged) == [false, true])
    #expect(changes(of: &table) == [["b": 2]])
    #expect(table.sorted().map(\.isChanged) == [false, false])
  }
}
