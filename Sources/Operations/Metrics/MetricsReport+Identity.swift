internal import Pipeline
internal import Stages

// Whose events were whose, and who did not agree or wants to be forgotten.
extension MetricsReport {
  var identity: [MetricFamily] {
    let journeys = figures.totals.journeys
    return [
      MetricFamily(
        "afterclick_identity_links_total", .counter,
        "Links of devices with people and aliases learned, repeats included."
      ).adding(journeys.links),
      MetricFamily(
        "afterclick_identity_events_moved_total", .counter,
        "Events of devices that went to the journey of their person."
      )
      .adding(journeys.eventsPassedOn, Label("when", "at_once"))
      .adding(journeys.eventsMoved, Label("when", "later")),
      MetricFamily(
        "afterclick_identity_over_limit_total", .counter,
        "Devices, links and events that were not taken in or forgotten, because there were too many."
      )
      .adding(journeys.devicesOverLimit, Label("what", "device"))
      .adding(journeys.linksOverLimit, Label("what", "link"))
      .adding(journeys.heldOverLimit, Label("what", "event")),
    ]
  }

  var consent: [MetricFamily] {
    let (intake, journeys) = (figures.totals.intake, figures.totals.journeys)
    var stripped = MetricFamily(
      "afterclick_conversions_stripped_total", .counter,
      "Conversions without the consent that is required, counted and not attributed.")
    for (rule, count) in intake.strippedConversions.sorted(by: { $0.key < $1.key }) {
      stripped = stripped.adding(count, Label("conversion", rule))
    }
    return [
      MetricFamily(
        "afterclick_events_unidentified_total", .counter,
        "Events left out because their ids are blocked and identify nobody."
      ).adding(intake.unidentified),
      MetricFamily(
        "afterclick_events_without_consent_total", .counter,
        "Events left out for want of the consent that is required."
      ).adding(intake.withoutConsent),
      stripped,
      MetricFamily(
        "afterclick_erasures_total", .counter,
        "Erasures: events that asked for one, and devices and people that were erased."
      )
      .adding(intake.erasures, Label("stage", "intake"))
      .adding(journeys.erasures, Label("stage", "journeys")),
      MetricFamily(
        "afterclick_events_erased_total", .counter,
        "Events gone because their person was erased, or came when it had been."
      ).adding(journeys.eventsOfErased),
    ]
  }
}
