internal import Attribution
package import Insights

extension ReportRow {
  /// What the row is keyed by: the value last, because it may be any text.
  package func id(in shape: ReportShape) -> String {
    "\(shape.conversion)/\(shape.dimensions[key.dimension])/\(ReportID.moment(key.window))"
      + "/\(key.currency)/\(key.value)"
  }

  /// Writes the record value for the reports topic: `afterclick/channel-report/v1`.
  package func write(of shape: ReportShape, to writer: inout JSONWriter) {
    let hasMoney = !key.currency.isEmpty || lastTouchValue.units != 0 || cost.units != 0
    writer.object { json in
      json.member("schema", "afterclick/channel-report/v1")
      json.member("report_id", id(in: shape))
      json.member("conversion", shape.conversion)
      json.member("dimension", shape.dimensions[key.dimension])
      json.member("value", key.value)
      json.member("from", key.window)
      json.member("to", key.window + shape.window)
      if !key.currency.isEmpty { json.member("currency", key.currency) }
      json.member("touches", touches)
      json.member("conversions", conversions)
      json.member("last_touch_conversions", lastTouch)
      if hasMoney { json.member("last_touch_value", lastTouchValue) }
      json.member("assisted_conversions", assisted)
      if hasMoney { json.member("assisted_value", assistedValue) }
      json.member("assist_to_last", assistToLast, decimals: 4)
      json.member("mean_path_length", meanLength, decimals: 2)
      json.member("mean_time_lag_seconds", meanLag.map { $0 / 1_000 }, decimals: 0)
      json.object("models") { json in
        for (model, name) in shape.models.enumerated() {
          json.object(named: name) { json in
            let credit = credits[model]
            json.member("conversions", Amount(units: credit.millionths, scale: 6).normalized)
            if hasMoney { json.member("value", credit.value) }
            json.member(
              "first_conversions", Amount(units: credit.firstMillionths, scale: 6).normalized)
            json.member("cost_per_conversion", costPerConversion(model: model), decimals: 2)
            json.member("cost_per_customer", costPerCustomer(model: model), decimals: 2)
            json.member("return_on_spend", returnOnSpend(model: model), decimals: 4)
            json.member("value_per_click", valuePerClick(model: model), decimals: 4)
          }
        }
      }
      if cost.units != 0 { json.member("cost", cost) }
      if clicks != 0 { json.member("clicks", clicks) }
      json.member("cost_per_assisted_conversion", costPerAssist, decimals: 2)
    }
  }
}

extension FunnelReport.Row {
  /// What the row is keyed by: the value last, because it may be any text.
  package func id(in outline: FunnelOutline) -> String {
    let window = ReportID.moment(key.window)
    guard key.dimension >= 0 else { return "funnel/\(outline.name)/\(window)" }
    return "funnel/\(outline.name)/\(outline.dimensions[key.dimension])/\(window)/\(key.value)"
  }

  /// Writes the record value for the reports topic: `afterclick/funnel-report/v1`.
  package func write(of outline: FunnelOutline, to writer: inout JSONWriter) {
    writer.object { json in
      json.member("schema", "afterclick/funnel-report/v1")
      json.member("report_id", id(in: outline))
      json.member("funnel", outline.name)
      if key.dimension >= 0 {
        json.member("dimension", outline.dimensions[key.dimension])
        json.member("value", key.value)
      }
      json.member("from", key.window)
      json.member("to", key.window + FunnelReport.usualWindow)
      let hasValues = stages.contains { $0.value.units != 0 }
      if hasValues { json.member("currency", currency) }
      json.member("conversion_rate", overall, decimals: 6)
      json.array("stages") { json in
        for index in stages.indices {
          json.object { json in
            json.member("stage", index + 1)
            if outline.isOrdered { json.member("step", outline.steps[index]) }
            json.member("reached", stages[index].reached)
            if hasValues { json.member("value", stages[index].value) }
            if index + 1 < stages.count {
              json.member("completion", completion(of: index), decimals: 6)
              json.member("drop_off", dropOff(after: index), decimals: 6)
            }
            stages[index].delays.write("seconds_from_previous", to: &json)
            stages[index].spans.write("seconds_from_start", to: &json)
          }
        }
      }
    }
  }
}

extension SpanHistogram {
  /// Quantiles in seconds; nothing if nothing is counted.
  fileprivate func write(_ name: StaticString, to json: inout JSONWriter) {
    guard total > 0 else { return }
    json.object(name) { json in
      json.member("p50", quantile(0.5), decimals: 1)
      json.member("p90", quantile(0.9), decimals: 1)
      json.member("p99", quantile(0.99), decimals: 1)
    }
  }
}

/// Parts of what reports are keyed by.
enum ReportID {
  static func moment(_ time: EventTime) -> String {
    var bytes: [UInt8] = []
    time.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
