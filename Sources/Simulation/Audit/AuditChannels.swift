internal import Foundation

/// Channels for the traffic of the simulated shop: far from complete, but what it says is right.
package enum AuditChannels {
  private static let searchEngines = ["google", "bing", "duckduckgo", "yahoo", "ecosia"]
  private static let socialNetworks = ["facebook", "instagram", "linkedin", "tiktok", "twitter"]
  private static let searchClickIDs = ["gclid", "gbraid", "wbraid", "msclkid"]
  private static let socialClickIDs = ["fbclid", "ttclid", "twclid", "li_fat_id"]

  /// The channel of `event` by the usual public grouping.
  package static let channel: @Sendable (AuditEvent) -> String = { event in
    let source = normalized(event.campaign["source"] ?? "")
    let medium = normalized(event.campaign["medium"] ?? "")
    if !event.campaign.isEmpty { return campaignChannel(source, medium) }
    if let clickID = event.clickID {
      if searchClickIDs.contains(clickID) { return "Paid Search" }
      return socialClickIDs.contains(clickID) ? "Paid Social" : "Paid Other"
    }
    return referrerChannel(host(of: event.referrer), own: host(of: event.url))
  }

  private static func campaignChannel(_ source: String, _ medium: String) -> String {
    let isPaid =
      medium.contains("cp") || medium == "ppc" || medium == "retargeting"
      || medium.hasPrefix("paid")
    if isPaid {
      if searchEngines.contains(source) { return "Paid Search" }
      return socialNetworks.contains(source) ? "Paid Social" : "Paid Other"
    }
    switch medium {
    case "display", "banner": return "Display"
    case "social": return "Organic Social"
    case "organic": return "Organic Search"
    case "referral": return "Referral"
    case "email", "e-mail", "e_mail", "e mail": return "Email"
    case "affiliate": return "Affiliates"
    case "sms": return "SMS"
    default: return "Unassigned"
    }
  }

  private static func referrerChannel(_ host: String, own: String) -> String {
    if host.isEmpty || host == own || host.hasSuffix("." + own) { return "Direct" }
    let labels = host.split(separator: ".").map(String.init)
    if labels.contains(where: searchEngines.contains) { return "Organic Search" }
    return labels.contains(where: socialNetworks.contains) ? "Organic Social" : "Referral"
  }

  private static func host(of url: String) -> String {
    guard let scheme = url.range(of: "://") else { return "" }
    return String(url[scheme.upperBound...].prefix { !"/?#:".contains($0) }).lowercased()
  }

  /// Without white space around it, in lower case: as rules compare text.
  static func normalized(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
  }
}
