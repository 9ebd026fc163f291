import Attribution
import Simulation
import Testing

@Suite struct ProductModelTests {
  private static let models: [any AttributionModel] = [
    FirstTouchModel(), LastTouchModel(), LastNonDirectTouchModel(), LinearModel(),
    TimeDecayModel(), PositionBasedModel(),
  ]

  /// The path as the product would hold it.
  private static func path(of conversion: ExpectedConversion) -> Path {
    Path(
      touchpoints: conversion.touchpoints.map { touchpoint in
        var profile = TouchpointProfile()
        profile.channel = touchpoint.channel
        return Path.Touchpoint(
          time: touchpoint.occurredAt, eventID: EventID(touchpoint.eventID), profile: profile)
      })
  }

  @Test func `the product's models share a shop's orders as the reference does`() throws {
    var settings = ShopTrafficSettings()
    settings.people = 60
    settings.eventsPerSecond = 0.02
    var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: 11))
    let records = (0..<6_000).compactMap { _ in traffic.next() }
    let expectation = ReferenceAttribution(.shop).expectation(of: records)
    var compared = 0
    for conversion in expectation.conversions.values where !conversion.isUnattributed {
      guard let value = conversion.value, let amount = Amount(decimal: value.utf8) else { continue }
      for model in ProductModelTests.models {
        let credits = model.credits(for: ProductModelTests.path(of: conversion))
        let shares = amount.shared(by: credits).map(\.description)
        #expect(shares == conversion.touchpoints.compactMap { $0.value[model.name] })
        compared += shares.count
      }
    }
    #expect(compared > 3_000)
  }
}
