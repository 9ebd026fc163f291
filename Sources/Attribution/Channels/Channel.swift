/// Names of the channels that code has to know; all others are only text.
package enum Channel {
  package static let direct = "Direct"
  package static let unassigned = "Unassigned"
}
