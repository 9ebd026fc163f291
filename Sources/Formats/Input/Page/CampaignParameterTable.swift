internal import Attribution

/// The URL parameters that say where a visit came from, under their names in lower case.
struct CampaignParameterTable {
  /// By the length of the name, up to the sixteen letters of a `ShortName`.
  private var parameters: [[(name: ShortName, meaning: CampaignParameter)]] =
    Array(repeating: [], count: 17)

  init() {
    for (name, field) in CampaignParameterTable.names {
      add("utm_", name, .utm(field))
      for prefix in ["pk_", "mtm_"] { add(prefix, name, .matomo(field)) }
    }
    for prefix in ["pk_", "mtm_"] {
      for name in ["kwd", "keyword"] { add(prefix, name, .matomo(.term)) }
    }
    for name in CampaignParameterTable.clickIDs { add("", name, .clickID) }
  }

  private static let names: [(String, EventField)] = [
    ("source", .source), ("medium", .medium), ("campaign", .campaign), ("term", .term),
    ("content", .content),
  ]

  /// The parameters that ad and mail platforms append to the landing page's URL: those that say
  /// where a visit came from, and two that only identify the click (Impact's longer name, Kochava).
  private static let clickIDs = ClickIDPlatform.parameters + ["irclickid", "ko_click_id"]

  private mutating func add(_ prefix: String, _ name: String, _ meaning: CampaignParameter) {
    var text = prefix + name
    let name = text.withUTF8 { ShortName(UnsafeRawBufferPointer($0)) }
    guard let name else { preconditionFailure("\(text) is too long for a parameter") }
    parameters[text.utf8.count].append((name, meaning))
  }

  /// The meaning of a parameter, whatever the case of its name; `nil` for all others.
  @inline(__always)
  func meaning(of name: UnsafeRawBufferPointer) -> CampaignParameter? {
    guard let short = ShortName(name)?.lowercased else { return nil }
    for parameter in parameters[name.count] where parameter.name == short {
      return parameter.meaning
    }
    return nil
  }
}
