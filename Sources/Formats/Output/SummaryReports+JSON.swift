internal import Attribution
package import Insights

extension PathReport {
  /// What the report is keyed by.
  package func id(ofRuleNamed conversion: String) -> String {
    "\(conversion)/paths/\(ReportID.moment(from))"
  }

  /// Writes the record value for the reports topic: `afterclick/path-report/v1`.
  package func write(ofRuleNamed conversion: String, to writer: inout JSONWriter) {
    writer.object { json in
      json.member("schema", "afterclick/path-report/v1")
      json.member("report_id", id(ofRuleNamed: conversion))
      json.member("conversion", conversion)
      json.member("from", from)
      json.member("to", to)
      json.member("conversions", conversions)
      json.member("departures", departures)
      json.array("top_paths") { json in
        for path in top {
          json.object { json in
            json.array("path") { json in
              for channel in path.channels { json.element(channel) }
            }
            json.member("conversions", path.conversions)
            json.member("departures", path.departures)
          }
        }
      }
      json.array("path_lengths") { json in
        for (touchpoints, conversions) in lengths {
          json.object { json in
            json.member("touchpoints", touchpoints)
            json.member("conversions", conversions)
          }
        }
      }
      json.array("time_lags") { json in
        for (bucket, conversions) in lags.counts.enumerated() where conversions != 0 {
          json.object { json in
            if bucket + 1 < SpanHistogram.bucketCount { json.member("below_seconds", 1 << bucket) }
            json.member("conversions", conversions)
          }
        }
      }
    }
  }
}

extension CohortTable.Row {
  /// What the row is keyed by.
  package func id(ofRuleNamed conversion: String) -> String {
    "\(conversion)/cohort/\(ReportID.moment(start))"
  }

  /// Writes the record value for the reports topic: `afterclick/cohort-report/v1`.
  package func write(ofRuleNamed conversion: String, to writer: inout JSONWriter) {
    writer.object { json in
      json.member("schema", "afterclick/cohort-report/v1")
      json.member("report_id", id(ofRuleNamed: conversion))
      json.member("conversion", conversion)
      json.member("from", start)
      json.member("to", start + window)
      json.member("people", size)
      let hasValues = periods.contains { $0.value.units != 0 }
      if hasValues { json.member("currency", currency) }
      json.array("periods") { json in
        for period in periods {
          json.object { json in
            json.member("age", period.age)
            json.member("conversions", period.conversions)
            if hasValues { json.member("value", period.value) }
          }
        }
      }
    }
  }
}
