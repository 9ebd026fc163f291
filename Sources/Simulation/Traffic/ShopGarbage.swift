/// Records that no tracker should send, and some do.
package enum ShopGarbage: Hashable, CaseIterable, Sendable {
  /// An event cut off somewhere.
  case truncated
  case invalidUTF8
  /// Valid JSON in which no field has the type it should have.
  case wrongTypes
  /// Valid JSON, but an array, a number or a text.
  case notAnObject
  /// An order whose revenue is an object.
  case unreadableValue
  /// An order with `NaN` for its revenue, which is not JSON.
  case notANumber
  case tombstone
  case empty
  /// Objects in objects, two thousand deep.
  case deepNesting
  /// A page view in the year 9999. It can be read: its clock is wrong, not its form.
  case farFuture
}
