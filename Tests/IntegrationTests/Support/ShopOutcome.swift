import Attribution
import Simulation

/// What an application has read and written, and whether the one follows from the other.
struct ShopOutcome: Sendable {
  let inputs: [TopicRecord]
  let conversions: [TopicRecord]
  let deadLetters: [TopicRecord]
  let inputTopic: String
  private let audit: AuditSettings

  /// Reads the topics of `application`.
  init(of application: ShopApplication) async throws {
    inputTopic = application.input
    audit = application.audit
    (inputs, conversions, deadLetters) = try await onThread {
      var reader = try TopicReader(group: application.id)
      let result = (
        try reader.records(of: application.input),
        try reader.records(of: application.conversions),
        try reader.records(of: application.deadLetters)
      )
      try reader.close()
      return result
    }
  }

  /// Everything that is not as it has to be, as sentences; empty if all is.
  func differences() -> [String] {
    let records = inputs.map { input in
      TrafficRecord(
        key: input.key, value: input.value,
        at: EventTime(milliseconds: input.timestamp ?? 0))
    }
    let reference = ReferenceAttribution(audit)
    let report = Auditor(allowsCrossing: audit.stitches).report(
      of: conversions.map { $0.value ?? [] }, against: reference.expectation(of: records))
    let garbage = reference.unreadable(in: records)
    return report.differences + keyDifferences()
      + deadLetterDifferences(expected: garbage.map { inputs[$0] })
  }

  /// The topic is keyed by conversion id, so that compaction leaves the last revision.
  private func keyDifferences() -> [String] {
    conversions.compactMap { record in
      let key = String(decoding: record.key ?? [], as: UTF8.self)
      let value = String(decoding: record.value ?? [], as: UTF8.self)
      return value.contains("\"conversion_id\":\"\(key)\"")
        ? nil : "conversion at \(record.place) has the key \(key)"
    }
  }

  private func deadLetterDifferences(expected: [TopicRecord]) -> [String] {
    var differences: [String] = []
    var letters: [TopicRecord.Place: [TopicRecord]] = [:]
    for letter in deadLetters {
      guard let place = origin(of: letter) else {
        differences.append("dead letter at \(letter.place): headers are \(letter.headers)")
        continue
      }
      letters[place, default: []].append(letter)
    }
    for record in expected {
      let found = letters.removeValue(forKey: record.place) ?? []
      if found.count != 1 {
        differences.append("garbage at \(record.place) has \(found.count) dead letters")
      }
      for letter in found where letter.key != record.key || letter.value != record.value {
        differences.append("garbage at \(record.place) has a dead letter with other bytes")
      }
    }
    for place in letters.keys.sorted() {
      differences.append("\(place) should have no dead letter")
    }
    return differences
  }

  /// Where the headers say that a dead letter comes from; `nil` unless they are complete.
  private func origin(of letter: TopicRecord) -> TopicRecord.Place? {
    let headers = letter.errorHeaders
    guard Set(headers.keys) == ["topic", "partition", "offset", "stage", "code", "message"],
      headers["topic"] == inputTopic, headers["stage"] == "intake",
      let partition = headers["partition"].flatMap({ Int32($0) }),
      let offset = headers["offset"].flatMap({ Int64($0) })
    else { return nil }
    return TopicRecord.Place(partition: partition, offset: offset)
  }
}

extension TopicRecord {
  /// The headers of a dead letter without their common beginning.
  var errorHeaders: [String: String] {
    var errors: [String: String] = [:]
    let prefix = "__afterclick.errors."
    for header in headers where header.name.hasPrefix(prefix) {
      errors[String(header.name.dropFirst(prefix.count))] = header.value.map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    return errors
  }
}
