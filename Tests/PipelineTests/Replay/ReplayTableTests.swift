import Foundation
import Operations
import Pipeline
import Testing

/// Tables in the place of a topic whose events are JSON.
@Suite struct ReplayTableTests {
  private static let configuration = """
    inputs:
      - topic: crm
        format: mapped
        fields: {event: /stage, person: /who, time: /at, id: /id}
    conversions:
      - name: won
        when: {event: Won, /amount: {above: 1}}
        value: /amount
        currency: /currency
    """

  private struct Written {
    var conversions: [String]
    /// Number, code and text of each line that is no record.
    var deadLetters: [String]
    var records: Int
  }

  private func replay(_ text: String, named name: String) throws -> Written {
    let directory = try TemporaryDirectory()
    let configuration = try Configuration.parse(Self.configuration)
    let path = try directory.write(Array(text.utf8), to: name)
    let settings = Replay.Settings(
      rules: configuration.rules,
      inputs: [ReplayInput(topic: "crm", format: configuration.inputs[0].format, path: path)],
      presumedNow: ShopReplay.now)
    var replay = try Replay(
      settings, conversions: try LineWriter(replacing: directory.file("conversions")),
      deadLetters: try LineWriter(replacing: directory.file("letters")))
    let report = try replay.run()
    func values(_ keys: [String], of file: String) throws -> [String] {
      try directory.read(file).split(separator: 0x0a).map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        return keys.map { key in object?[key].map { "\($0)" } ?? "-" }.joined(separator: " ")
      }
    }
    return Written(
      conversions: try values(
        ["conversion_id", "person_id", "value", "currency"], of: "conversions"),
      deadLetters: try values(["line", "code", "value"], of: "letters"), records: report.lines)
  }

  @Test(arguments: [
    (
      "f.csv",
      "stage,who,at,id,amount,currency\r\n"
        + "Won,ann,2026-03-02T08:00:00Z,1,12.5,EUR\r\n"
        + "\"Won\",\"Bo, \"\"the\"\" first\",1772438400,2,7.25,\r\n"
    ),
    (
      "F.TSV",
      "stage\twho\tat\tid\tamount\tcurrency\n"
        + "Won\tann\t2026-03-02T08:00:00Z\t1\t12.5\tEUR\n"
        + "Won\tBo, \"the\" first\t1772438400\t2\t7.25\t"
    ),
  ])
  func `a table's first line names what the others hold`(name: String, text: String) throws {
    let written = try replay(text, named: name)
    #expect(written.conversions == ["won:1 ann 12.5 EUR", "won:2 Bo, \"the\" first 7.25 -"])
    #expect(written.deadLetters.isEmpty && written.records == 2)
  }

  @Test func `a line that is no record of the table is a dead letter with its text`() throws {
    let lines = [
      "stage,who,at,id,amount", "Won,ann", "Won,ann,2026-03-02T08:00:00Z,\"1,2",
      "Won,ann,soon,3,4", "Won,007,2026-03-02T08:00:00Z,00004,20.25", "",
      "Won,ann,2026-03-02T08:00:00Z,5,much",
    ]
    let written = try replay(lines.joined(separator: "\n"), named: "f.csv")
    #expect(written.conversions == ["won:00004 007 20.25 -"])
    #expect(
      written.deadLetters == [
        "2 wrong_columns Won,ann", "3 wrong_columns Won,ann,2026-03-02T08:00:00Z,\"1,2",
        "4 invalid_time Won,ann,soon,3,4", "6 empty ",
      ])
  }

  @Test func `a file with another name is no table`() throws {
    let written = try replay("stage,who,at,id,amount\n", named: "f.ndjson")
    #expect(written.deadLetters == ["1 invalid_json stage,who,at,id,amount"])
  }
}
