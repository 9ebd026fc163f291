/// Where the fields of a `mapped` input are: a JSON pointer for each that there is.
package struct MappedFields: Hashable, Sendable {
  /// The fields, under the names that a configuration gives them.
  package enum Field: String, CaseIterable, Sendable {
    case event, type
    /// The user id.
    case person
    /// The anonymous id.
    case anonymous
    /// The id that an `alias` joins to the person.
    case previous
    case time, id, session, url, referrer, path
    case source, medium, campaign, term, content
    case device, country
    case userAgent = "user_agent"
  }

  package var pointers: [Field: String]
  /// Events without a person are rejected; otherwise they are about nobody.
  package var isAboutPeople: Bool

  package init(_ pointers: [Field: String], isAboutPeople: Bool = true) {
    self.pointers = pointers
    self.isAboutPeople = isAboutPeople
  }
}
