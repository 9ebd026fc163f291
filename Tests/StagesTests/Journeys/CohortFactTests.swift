import Attribution
import Formats
import Insights
import Simulation
import Stages
import Testing

/// When people came first: who is counted in which week, and who is new.
@Suite struct CohortFactTests {
  private static let plan = InsightsPlan(reports: [
    ReportShape(
      conversion: "purchase", dimensions: ["visitor", "click_platform"], models: ["last_touch"])
  ])

  private func facts(_ daemon: SimulatedDaemon) throws -> [InsightsFact] {
    try daemon.log.insights.compactMap(\.value).flatMap { record in
      try record.withUnsafeBytes { try InsightsRecord.read($0).moments }
        .flatMap { moment in moment.facts.map(\.fact) }
    }
  }

  /// People by the week in which they came, in days since the start, which is a Monday.
  private func cohorts(_ daemon: SimulatedDaemon) throws -> [Int64: Int] {
    var cohorts: [Int64: Int] = [:]
    for case .acquired("purchase", let time, let count) in try facts(daemon) {
      cohorts[(time - start).milliseconds / TimeSpan.days(1).milliseconds, default: 0] += count
    }
    return cohorts.filter { $0.value != 0 }
  }

  private func values(_ daemon: SimulatedDaemon) throws -> [[[String]]] {
    try facts(daemon).compactMap { fact in
      guard case .conversion(_, let conversion) = fact else { return nil }
      return conversion.touches.map { Array($0.values.prefix(2)) }
    }
  }

  @Test func `whoever comes as a device and stays as a person came once`() throws {
    for isKnownFirst in [true, false] {
      var shop = try Shop()
      shop.insights = CohortFactTests.plan
      let day: Int64 = 24 * 60
      if isKnownFirst { shop.tell(0, "identify", #""userId":"u1","anonymousId":"d1""#) }
      shop.tell(day, "page", #""anonymousId":"d1""#)
      shop.tell(7 * day, "page", #""userId":"u1""#)
      if !isKnownFirst { shop.tell(7 * day + 1, "identify", #""userId":"u1","anonymousId":"d1""#) }
      shop.tell(7 * day + 5, "page", #""userId":"u2""#)
      let daemon = try shop.run()
      #expect(try cohorts(daemon) == [0: 1, 7: 1], "known first: \(isKnownFirst)")
    }
  }

  @Test func `who is still known has come once, however long ago`() throws {
    var shop = try Shop()
    shop.insights = CohortFactTests.plan
    let day: Int64 = 24 * 60
    // Nothing is kept for more than ten days, but somebody who comes every five is never forgotten.
    for visit in 0..<8 { shop.tell(Int64(visit) * 5 * day, "page", #""userId":"u1""#) }
    shop.tell(36 * day, "Order", #""userId":"u1""#, #""order":"o1""#)
    shop.tell(90 * day, "page", #""userId":"u1""#)
    let daemon = try shop.run()
    #expect(try cohorts(daemon) == [0: 1, 84: 1])
    let acquired = try facts(daemon).compactMap { fact -> EventTime? in
      guard case .conversion(_, let conversion) = fact else { return nil }
      return conversion.acquired
    }
    #expect(acquired == [start])
  }

  @Test func `the first touchpoint is new, and a click has a platform`() throws {
    var shop = try Shop()
    shop.insights = CohortFactTests.plan
    let click = #""context":{"page":{"url":"https://shop.example/?gclid=abc"}}"#
    shop.tell(0, "page", #""userId":"u1""#, click)
    shop.tell(10, "page", #""userId":"u1""#)
    shop.tell(20, "Order", #""userId":"u1""#, #""order":"o1""#)
    #expect(try values(try shop.run()) == [[["new", "google"], ["returning", ""]]])
  }
}
