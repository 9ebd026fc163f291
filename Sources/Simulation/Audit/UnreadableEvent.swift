/// Why a record is no event.
enum UnreadableEvent: Error {
  case notAnObject, unknownType, wrongType, wrongTime
  /// Neither a user nor a device did it.
  case nobody
  /// Nothing makes it recognisable when it is delivered again.
  case noID
}
