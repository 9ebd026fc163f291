/// How far a replay has come, and in the end what it did.
package struct ReplayReport: Hashable, Sendable {
  /// Lines read, of whatever quality.
  package internal(set) var lines = 0
  /// Events that rules needed, and that went on to Journeys.
  package internal(set) var forwarded = 0
  /// Conversions found; each counts once.
  package internal(set) var conversions = 0
  /// Later revisions of them, retractions included.
  package internal(set) var revisions = 0
  /// Records of alerts: each change of an incident counts.
  package internal(set) var alerts = 0
  /// Journeys held at last.
  package internal(set) var journeys = 0
  /// Events behind stream time by more than `late.accept`.
  package internal(set) var late = 0
  /// Events that rules would have needed, but that no person caused.
  package internal(set) var screened = 0
  /// Events whose ids identify nobody.
  package internal(set) var unidentified = 0
  /// Events without the consent that is required.
  package internal(set) var withoutConsent = 0
  /// Conversions without it, by their rule, where they are counted.
  package internal(set) var strippedConversions: [String: Int] = [:]
  /// Events that moved to another journey.
  package internal(set) var moved = 0
  /// Devices and people that were erased.
  package internal(set) var erasures = 0
  /// Events that claimed to be from the future.
  package internal(set) var futureTimes = 0
  /// Dead letters by code.
  package internal(set) var deadLetters: [String: Int] = [:]
  /// Bytes of the files that have been read, as they lie there.
  package internal(set) var bytesRead: Int64 = 0
  /// Bytes of all files; `nil` if one of them is not a regular file.
  package internal(set) var bytesInAll: Int64?

  package init() {}

  /// How much of the input has been read, from 0 to 1; `nil` if that is not known.
  package var fraction: Double? {
    guard let bytesInAll, bytesInAll > 0 else { return nil }
    return min(1, Double(bytesRead) / Double(bytesInAll))
  }
}
