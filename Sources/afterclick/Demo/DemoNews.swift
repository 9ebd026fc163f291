import Attribution

/// Something that has happened, to be printed once.
enum DemoNews: Sendable {
  case conversion(DemoConversion)
  case planted(DemoIncident)
  case repaired(EventTime)
  case alert(DemoAlert)
}
