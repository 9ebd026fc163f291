import Attribution
import Foundation
import Simulation
import Testing

@Suite struct AuditorTests {
  private let expectation: ExpectedOutcome
  /// Output records that agree with it.
  private let faithful: [[UInt8]]

  init() {
    let records = [
      HandMade.visit("1", at: 0, query: "?utm_source=google&utm_medium=cpc"),
      HandMade.visit("2", at: 60), HandMade.order("x", at: 70, "140.00", key: "\"ord-1\""),
      HandMade.track("Signed Up", "s", at: 75), HandMade.order("y", at: 5, by: "b", "9.99"),
    ]
    let expectation = ReferenceAttribution(.shop).expectation(of: records)
    self.expectation = expectation
    faithful = expectation.conversions.values.sorted { $0.id < $1.id }.map { OutputJSON.bytes($0) }
  }

  private func differences(_ observed: [[UInt8]]) -> [String] {
    Auditor().report(of: observed, against: expectation).differences
  }

  private func altered(_ text: String, to replacement: String) -> [[UInt8]] {
    faithful.map { bytes in
      let json = String(decoding: bytes, as: UTF8.self)
      return Array(json.replacingOccurrences(of: text, with: replacement).utf8)
    }
  }

  @Test func `what agrees has no differences`() {
    #expect(faithful.count == 3)
    #expect(differences(faithful) == [])
    #expect(differences(faithful.reversed()) == [])
  }

  @Test func `a missing record is found`() {
    #expect(differences(Array(faithful.dropFirst())) == ["purchase:ord-1 is missing"])
  }

  @Test func `a record too many is found`() {
    let extra = altered("purchase:ord-1", to: "purchase:ord-2")
    #expect(differences(faithful + [extra[0]]) == ["purchase:ord-2 should not be there"])
  }

  @Test func `a record written twice is found`() {
    let found = differences(faithful + [faithful[1]])
    #expect(found == ["purchase:y: revision 1 came again, or too late, after revision 1"])
  }

  @Test func `a gap in the revisions is found`() {
    let third = altered("\"revision\":1", to: "\"revision\":3")
    let found = differences(faithful + [third[0]])
    #expect(found == ["purchase:ord-1: revision 3 came too early, after revision 1"])
  }

  @Test func `only the last revision has to agree`() {
    let wrong = altered("\"person_id\":\"a\"", to: "\"person_id\":\"q\"")
    let second = altered("\"revision\":1", to: "\"revision\":2")
    #expect(differences([wrong[0]] + faithful[1...] + [second[0]]) == [])
    #expect(differences(Array(faithful[1...]) + [faithful[0], second[0]]) == [])
    let wrongSecond = altered("\"value\":140.00", to: "\"value\":1").map { bytes in
      Array(
        String(decoding: bytes, as: UTF8.self)
          .replacingOccurrences(of: "\"revision\":1", with: "\"revision\":2").utf8)
    }
    #expect(differences(faithful + [wrongSecond[0]]).count == 1)
  }

  @Test func `a retracted conversion is as good as none`() {
    let retracted = Array(
      #"{"schema":"afterclick/attributed-conversion/v1","conversion_id":"purchase:q","#.utf8)
    let first = retracted + Array(#""revision":1,"status":"unattributed"}"#.utf8)
    let second = retracted + Array(#""revision":2,"status":"retracted"}"#.utf8)
    #expect(differences(faithful + [first, second]) == [])
    let gone = altered(
      "\"revision\":1,\"status\":\"attributed\"", to: "\"revision\":2,\"status\":\"retracted\"")
    #expect(differences(faithful + [gone[0]]) == ["purchase:ord-1 is retracted and should stand"])
  }

  @Test(arguments: [
    ("\"person_id\":\"a\"", "\"person_id\":\"b\"", "person_id"),
    ("\"value\":140.00", "\"value\":140.01", "value"),
    ("\"value\":140.00", "\"value\":\"140.00\"", "value"),
    ("\"currency\":\"USD\"", "\"currency\":\"EUR\"", "currency"),
    ("\"event_id\":\"x\"", "\"event_id\":\"w\"", "event_id"),
    ("01:10:00.000Z", "01:10:00.001Z", "occurred_at"),
    ("\"position\":1", "\"position\":3", "touchpoint 1 position"),
    ("\"touchpoint\":\"visit\"", "\"touchpoint\":\"v\"", "touchpoint 1 touchpoint"),
    ("\"channel\":\"Direct\"", "\"channel\":\"Email\"", "touchpoint 2 channel"),
    ("[\"Paid Search\",\"Direct\"]", "[\"Direct\"]", "channel_path"),
    ("\"linear\":70.00", "\"linear\":70.01", "touchpoint 1 value.linear"),
    ("\"linear\":0.500000", "\"linear\":0.500001", "touchpoint 1 credit.linear"),
    ("\"linear\":0.500000", "\"other\":0.5", "touchpoint 1 credit.linear"),
    ("\"considered\":2", "\"considered\":3", "explanation.considered"),
    ("\"dropped\":{}", "\"dropped\":{\"repeat\":1}", "explanation.dropped"),
    ("\"path_length\":2", "\"path_length\":1", "path_length"),
    ("\"assists\":1", "\"assists\":2", "assists"),
    ("\"unattributed\":true", "\"unattributed\":false", "unattributed"),
    ("convert_seconds\":4200", "convert_seconds\":4201", "time_to_convert_seconds"),
    ("\"channel\":\"Direct\"", "\"channel\":\"Direct\",\"count\":2", "touchpoint 2 count"),
    ("\"schema\":\"a", "\"schema\":\"b", "schema"),
  ])
  func `an altered field is found`(text: String, replacement: String, field: String) {
    let found = differences(altered(text, to: replacement))
    #expect(found.contains { $0.contains(field) }, "\(found)")
  }

  @Test func `a record that cannot be read is found`() {
    let found = differences(faithful + [Array("nonsense".utf8)])
    #expect(found == ["record 3 cannot be read: nonsense"])
  }

  @Test func `a report is limited, its total is not`() {
    let report = Auditor(limit: 2).report(of: [], against: expectation)
    #expect(report.differences.count == 2)
    #expect(report.total == 3)
    #expect(!report.isEmpty)
  }

  @Test func `a whole shop's output agrees with itself, and with one order changed does not`() {
    var settings = ShopTrafficSettings()
    settings.people = 200
    settings.eventsPerSecond = 1
    settings.shareLate = 0.1
    settings.shareDuplicated = 0.1
    settings.shareGarbage = 0.1
    var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: 9))
    let records = (0..<3_000).compactMap { _ in traffic.next() }
    let expectation = ReferenceAttribution(.shop).expectation(of: records)
    let output = expectation.conversions.values.sorted { $0.id < $1.id }
      .map { OutputJSON.bytes($0) }
    #expect(output.count > 100)
    #expect(Auditor().report(of: output, against: expectation).differences == [])
    #expect(Auditor().report(of: Array(output.dropLast()), against: expectation).total == 1)
  }
}
