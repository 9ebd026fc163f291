internal import Attribution

/// Collects what is different between one output record and one expected conversion.
struct RecordComparison {
  private let id: String
  private(set) var differences: [String] = []
  private var reader = AuditEventReader(maximumFutureSkew: .zero)

  /// For the conversion with this id.
  init(_ id: String) {
    self.id = id
  }

  /// Adds every difference between the two.
  mutating func compare(_ observed: AuditJSON, with expected: ExpectedConversion) {
    expect(observed, "conversion", expected.rule)
    expect(observed, "person_id", expected.person)
    expect(observed, "event_id", expected.eventID)
    expectTime(observed, "occurred_at", expected.occurredAt)
    if expected.isRetracted {
      expect(observed, "status", "retracted")
      expectDecimal(observed, "path_length", "0")
      expectDecimal(observed, "value", nil)
      return
    }
    expect(observed, "status", expected.isUnattributed ? "unattributed" : "attributed")
    expectFlag(observed, "unattributed", expected.isUnattributed)
    expectDecimal(observed, "value", expected.value)
    expect(observed, "currency", expected.currency)
    compare(observed, with: expected.path, to: expected.occurredAt, "")
    var windows: [AuditJSON] = []
    if case .array(let list) = observed["windows"] { windows = list }
    for (window, path) in zip(windows, expected.windows) {
      expect(window, "name", path.name, "window ")
      compare(window, with: path, to: expected.occurredAt, "window \(path.name ?? "") ")
    }
    if windows.count != expected.windows.count {
      note("number of windows", observed["windows"], .number(String(expected.windows.count)))
    }
    guard let credits = expected.credits else {
      if observed["credits"] != nil { note("credits", observed["credits"], nil) }
      return
    }
    expect(observed["credits"], "conversion", credits.conversion, "credits.")
    expect(observed["credits"], "conversion_id", credits.id, "credits.")
    guard let found = observed["credits"] else { return }
    expectTime(found, "occurred_at", credits.occurredAt, "credits.")
    compare(found, with: credits.path, to: credits.occurredAt, "credits.")
  }

  private mutating func compare(
    _ observed: AuditJSON, with expected: ExpectedPath, to time: EventTime, _ prefix: String
  ) {
    let first = expected.touchpoints.first?.occurredAt
    let seconds = first.map { (time - $0).milliseconds / 1_000 }
    expectDecimal(observed, "time_to_convert_seconds", seconds.map { String($0) }, prefix)
    let count = expected.touchpoints.count
    expectDecimal(observed, "path_length", String(count), prefix)
    expectDecimal(observed, "assists", String(max(0, count - 1)), prefix)
    let path = AuditJSON.array(expected.channels.map { .text($0) })
    if observed["channel_path"] ?? .array([]) != path {
      note(prefix + "channel_path", observed["channel_path"], path)
    }
    compareExplanation(observed["explanation"], with: expected, prefix)
    var touchpoints: [AuditJSON] = []
    if case .array(let list) = observed["touchpoints"] { touchpoints = list }
    // A different length is noted above, as the path's.
    for (index, pair) in zip(touchpoints, expected.touchpoints).enumerated() {
      compare(pair.0, with: pair.1, position: index + 1, prefix)
    }
    if touchpoints.count != count {
      note(
        prefix + "number of touchpoints", .number(String(touchpoints.count)),
        .number(String(count)))
    }
  }

  private mutating func compareExplanation(
    _ explanation: AuditJSON?, with expected: ExpectedPath, _ prefix: String
  ) {
    let prefix = prefix + "explanation."
    expectDecimal(explanation, "considered", String(expected.considered), prefix)
    var dropped: AuditJSON? = .object([:])
    if case .object(let reasons) = explanation?["dropped"] {
      dropped = .object(reasons.filter { $0.value != .number("0") })
    }
    let wanted = AuditJSON.object(expected.dropped.mapValues { .number(String($0)) })
    if dropped != wanted { note(prefix + "dropped", dropped, wanted) }
  }

  private mutating func compare(
    _ observed: AuditJSON, with expected: ExpectedTouchpoint, position: Int, _ prefix: String
  ) {
    let prefix = prefix + "touchpoint \(position) "
    expectDecimal(observed, "position", String(position), prefix)
    expect(observed, "touchpoint", expected.rule, prefix)
    expect(observed, "interaction", expected.interaction.name, prefix)
    expect(observed, "event_id", expected.eventID, prefix)
    expectTime(observed, "occurred_at", expected.occurredAt, prefix)
    expect(observed, "channel", expected.channel, prefix)
    expectDecimal(observed, "count", expected.count > 1 ? String(expected.count) : nil, prefix)
    for (model, credit) in expected.credit.sorted(by: { $0.key < $1.key }) {
      let found = observed.value(at: "/credit/\(model)")
      // Credit is rounded to six decimals; either side may be chosen exactly half-way.
      if let decimal = found?.decimal, isRounded(decimal, from: credit) { continue }
      note(prefix + "credit.\(model)", found, .number("\(credit.double)"))
    }
    for (model, value) in expected.value.sorted(by: { $0.key < $1.key }) {
      expectDecimal(observed["value"], model, value, prefix + "value.")
    }
    expectNames(observed, "credit", Array(expected.credit.keys), prefix)
    expectNames(observed, "value", Array(expected.value.keys), prefix)
  }

  private func isRounded(_ decimal: AuditDecimal, from credit: Fraction) -> Bool {
    guard decimal.scale <= 6, let millionths = decimal.widened(to: 6) else { return false }
    let error = Fraction(millionths.units) - credit * Fraction(1_000_000)
    return error <= Fraction(1, 2) && Fraction.zero - error <= Fraction(1, 2)
  }
}

// Single fields.
extension RecordComparison {
  private mutating func note(_ field: String, _ observed: AuditJSON?, _ expected: AuditJSON?) {
    let found = observed.map(RecordComparison.text) ?? "absent"
    let wanted = expected.map(RecordComparison.text) ?? "absent"
    differences.append("\(id): \(field) is \(found), expected \(wanted)")
  }

  private mutating func expect(
    _ json: AuditJSON?, _ field: String, _ expected: String?, _ prefix: String = ""
  ) {
    let wanted = expected.map { AuditJSON.text($0) }
    if json?[field] != wanted { note(prefix + field, json?[field], wanted) }
  }

  // A flag that does not hold may be absent.
  private mutating func expectFlag(_ json: AuditJSON, _ field: String, _ expected: Bool) {
    if json[field] ?? .bool(false) != .bool(expected) { note(field, json[field], .bool(expected)) }
  }

  private mutating func expectDecimal(
    _ json: AuditJSON?, _ field: String, _ expected: String?, _ prefix: String = ""
  ) {
    guard json?[field] != nil || expected != nil else { return }
    if case .number = json?[field], let found = json?[field]?.decimal,
      let wanted = expected.flatMap({ AuditDecimal(text: $0) }), found == wanted
    {
      return
    }
    note(prefix + field, json?[field], expected.map { .number($0) })
  }

  private mutating func expectTime(
    _ json: AuditJSON?, _ field: String, _ expected: EventTime, _ prefix: String = ""
  ) {
    let text = json?[field]?.nonEmptyText
    let found = text.flatMap { reader.time($0) }
    guard found != expected else { return }
    let wanted = "\(expected.milliseconds) ms since 1970"
    let seen = found.map { " (\($0.milliseconds) ms)" } ?? ""
    note(prefix + field, .text((text ?? "absent") + seen), .text(wanted))
  }

  private mutating func expectNames(
    _ json: AuditJSON, _ field: String, _ expected: [String], _ prefix: String
  ) {
    var found: [String] = []
    if case .object(let fields) = json[field] { found = fields.keys.sorted() }
    let wanted = expected.sorted()
    if found != wanted {
      note(
        prefix + "models with \(field)", .array(found.map { .text($0) }),
        .array(wanted.map { .text($0) }))
    }
  }

  /// The value as JSON, with the fields of objects in order.
  private static func text(_ json: AuditJSON) -> String {
    switch json {
    case .null: "null"
    case .bool(let bool): "\(bool)"
    case .number(let number): number
    case .text(let text): "\"\(text)\""
    case .array(let list): "[" + list.map(text).joined(separator: ", ") + "]"
    case .object(let fields):
      "{"
        + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \(text($0.value))" }
        .joined(separator: ", ") + "}"
    }
  }
}
