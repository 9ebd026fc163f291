import Attribution
import Foundation
import Testing

@testable import afterclick

@Suite struct ConversionLinesTests {
  private static let long = DemoConversion.sample(
    cents: 15_000,
    path: [
      ("Paid Search", 1_000), ("Email", 2_000), ("Organic Search", 3_000), ("Display", 4_000),
      ("Direct", 5_000),
    ])

  @Test func `what was earned stands below the channel`() throws {
    let text = ConversionLines(conversion: .sample(), width: 80, models: [.linear])
    let headline = text.headline.plain
    let detail = try #require(text.details.first?.plain)
    #expect(headline == " 08:52:34  u-42        100.00  Paid Search › Direct")
    for (channel, money) in [("Paid Search", "40.00"), ("Direct", "60.00")] {
      let above = try #require(headline.range(of: channel))
      let below = try #require(detail.range(of: money))
      #expect(
        headline.distance(from: headline.startIndex, to: above.lowerBound)
          == detail.distance(from: detail.startIndex, to: below.lowerBound))
    }
  }

  @Test func `a long path keeps its beginning and its end`() throws {
    let text = ConversionLines(conversion: ConversionLinesTests.long, width: 80, models: [.linear])
    #expect(text.headline.plain.contains("Paid Search › 2 more › Display › Direct"))
    let detail = try #require(text.details.first?.plain)
    #expect(detail.contains("10.00") && detail.contains("50.00") && detail.contains("40.00"))
    let wide = ConversionLines(conversion: ConversionLinesTests.long, width: 120)
    #expect(
      wide.headline.plain.hasSuffix("Paid Search › Email › Organic Search › Display › Direct"))
  }

  @Test func `nothing is shared where there is one touchpoint, none, or no value`() {
    let one = DemoConversion.sample(path: [("Email", 10_000)])
    for conversion in [one, .sample(path: []), .sample(cents: nil)] {
      let text = ConversionLines(conversion: conversion, width: 80, models: [.linear])
      #expect(text.details.isEmpty)
    }
    let none = ConversionLines(conversion: .sample(path: []), width: 80)
    #expect(none.headline.plain.hasSuffix("(no touchpoint)"))
  }

  @Test func `what is long past has an age instead of a time of day`() {
    let conversion = DemoConversion.sample()
    let text = ConversionLines(
      conversion: conversion, width: 80, now: conversion.occurredAt + .days(12))
    #expect(text.headline.plain.hasPrefix(" 12 d ago  u-42"))
  }
}
