internal import Attribution
package import Insights

extension Alert {
  /// Writes the record value for the alerts topic: `afterclick/funnel-alert/v1`.
  ///
  /// The record says the same three times over: for those who read it, in the fields that
  /// Alertmanager takes, and, with `alert_id` as the key and the words of `severity`, in PagerDuty's.
  package func write(for settings: AlertSettings, to writer: inout JSONWriter) {
    writer.object { json in
      json.member("schema", "afterclick/funnel-alert/v1")
      json.member("alert_id", id)
      json.member("status", status.rawValue)
      json.member("severity", severity.name)
      json.member("kind", kind.rawValue)
      writePlace(to: &json)
      json.member("started_at", startedAt)
      json.member("detected_at", detectedAt)
      json.member("updated_at", updatedAt)
      if let resolvedAt { json.member("resolved_at", resolvedAt) }
      json.member("resolution", resolution?.rawValue)
      writeCounts(to: &json)
      writeOthers(to: &json)
      json.array("suspects") { json in
        for suspect in suspects {
          json.object { json in
            json.object("segment") { json in
              for segment in suspect.segments {
                json.member(named: segment.dimension, segment.value)
              }
            }
            json.member("share_of_loss", suspect.share, decimals: 4)
          }
        }
      }
      json.member("summary", summary)
      writeLabels(to: &json)
      json.object("annotations") { json in
        json.member("summary", summary)
        json.member("runbook_url", settings.runbookURL.map(runbook))
      }
      json.member("startsAt", startedAt)
      if let resolvedAt { json.member("endsAt", resolvedAt) }
      json.member("generatorURL", settings.link)
    }
  }

  private var isAboutData: Bool { kind == .dataQuality }

  private func writePlace(to json: inout JSONWriter) {
    guard !isAboutData else { return json.member("measure", step) }
    json.member("funnel", subject)
    json.member("step", step)
    json.member("next_step", nextStep)
    segment?.write("segment", to: &json)
  }

  private func writeCounts(to json: inout JSONWriter) {
    json.object("observed") { json in
      json.member("entered", observed.entered, decimals: 1)
      json.member("completed", observed.completed, decimals: 1)
      json.member("rate", observed.rate, decimals: 6)
      json.member("from", startedAt)
      json.member("to", updatedAt)
    }
    json.object("expected") { json in
      json.member("completed", expected.completed, decimals: 1)
      json.member("rate", expected.rate, decimals: 6)
      json.member("low", expected.low, decimals: 6)
      json.member("high", expected.high, decimals: 6)
    }
    impact.write(to: &json)
    json.object("confidence") { json in
      json.member("log_likelihood_ratio", evidence, decimals: 2)
      json.member("false_alarms_per_week", falseAlarmsPerWeek, decimals: 6)
    }
  }

  private func writeOthers(to json: inout JSONWriter) {
    guard !also.isEmpty else { return }
    json.array("also") { json in
      for other in also {
        json.object { json in
          json.member("step", other.step)
          json.member("next_step", other.nextStep)
          json.member("kind", other.kind.rawValue)
          other.impact.write(to: &json)
          if let end = other.resolvedAt { json.member("resolved_at", end) }
        }
      }
    }
  }

  /// What tells the alert from others, as Alertmanager does.
  private func writeLabels(to json: inout JSONWriter) {
    json.object("labels") { json in
      json.member("alertname", name)
      if isAboutData {
        json.member("measure", step)
      } else {
        json.member("funnel", subject)
        json.member("step", step)
        json.member("next_step", nextStep)
        json.member("segment", segment.map { "\($0.dimension)=\($0.value)" })
      }
      json.member("severity", severity.name)
    }
  }

  private var name: String {
    switch kind {
    case .conversionDrop: "FunnelConversionDrop"
    case .conversionRise: "FunnelConversionRise"
    case .slowStep: "FunnelSlowStep"
    case .volumeDrop: "FunnelVolumeDrop"
    case .volumeSpike: "FunnelVolumeSpike"
    case .trackingOutage: "FunnelTrackingOutage"
    case .dataQuality: "DataQuality"
    }
  }

  /// `template` with the names in it, escaped as parts of a path.
  private func runbook(_ template: String) -> String {
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      rest = rest[open...]
      if rest.hasPrefix("{funnel}") {
        text += Alert.escaped(isAboutData ? "data-quality" : subject)
        rest = rest.dropFirst("{funnel}".count)
      } else if rest.hasPrefix("{step}") {
        text += Alert.escaped(step ?? "")
        rest = rest.dropFirst("{step}".count)
      } else {
        text += "{"
        rest = rest.dropFirst()
      }
    }
    return text + rest
  }

  /// Percent-encoded but for what RFC 3986 calls unreserved.
  private static func escaped(_ name: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var text = ""
    for byte in name.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII,
        scalar.properties.isAlphabetic || "0123456789-._~".contains(Character(scalar))
      {
        text.unicodeScalars.append(scalar)
      } else {
        text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xf)])"
      }
    }
    return text
  }
}

extension Alert.Impact {
  fileprivate func write(to json: inout JSONWriter) {
    json.object("impact") { json in
      json.member("lost_conversions", lostConversions, decimals: 1)
      json.member("per_hour", lostPerHour, decimals: 1)
      json.member("lost_value", lostValue, decimals: 2)
      json.member("currency", currency)
    }
  }
}

extension Alert.Segment {
  fileprivate func write(_ name: StaticString, to json: inout JSONWriter) {
    json.object(name) { $0.member(named: dimension, value) }
  }
}
