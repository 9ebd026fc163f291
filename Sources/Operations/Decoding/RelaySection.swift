internal import Attribution

/// Reads `alerts.relay`: who is told of alerts beside the topic.
enum RelaySection {
  static func settings(_ value: ValueReader) -> RelaySettings? {
    guard var section = value.section() else { return nil }
    var relay = RelaySettings()
    relay.alertmanager = section.optional("alertmanager").flatMap(alertmanager)
    relay.pagerDuty = section.optional("pagerduty").flatMap(pagerDuty)
    relay.link = section.optional("link").flatMap(url)
    let names = ["alertmanager", "pagerduty"]
    if !section.entries.contains(where: { names.contains($0.key) }) {
      section.fail("expected `alertmanager`, `pagerduty` or both")
    }
    section.finish()
    return relay
  }

  private static func alertmanager(_ value: ValueReader) -> RelaySettings.Alertmanager? {
    guard var section = value.section() else { return nil }
    let address = section.required("url", "such as http://localhost:9093").flatMap(url)
    var result = RelaySettings.Alertmanager(url: address ?? "")
    result.resend = section.value("resend", default: result.resend) {
      $0.duration(atLeast: .seconds(1))
    }
    result.token = section.optional("token_file").flatMap(secret)
    section.finish()
    return address == nil ? nil : result
  }

  private static func pagerDuty(_ value: ValueReader) -> RelaySettings.PagerDuty? {
    guard var section = value.section() else { return nil }
    let key = section.required("routing_key_file", "the path of a file with the integration's key")
      .flatMap(secret)
    var result = key.map { RelaySettings.PagerDuty(routingKey: $0) }
    if let address = section.optional("url").flatMap(url) { result?.url = address }
    section.finish()
    return result
  }

  /// An address of the web, without the slash at its end.
  static func url(_ value: ValueReader) -> String? {
    guard let text = value.text("a URL") else { return nil }
    let isWeb = text.hasPrefix("http://") || text.hasPrefix("https://")
    guard isWeb, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      value.expected("a URL that begins with http:// or https://")
      return nil
    }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  private static func secret(_ value: ValueReader) -> RelaySecret? {
    guard let path = value.text("the path of a file"),
      let text = SecretFile.text(at: path, value)
    else { return nil }
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      value.fail("the file has to hold printable ASCII characters without spaces")
      return nil
    }
    return RelaySecret(text)
  }
}
