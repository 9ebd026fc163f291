/// What the records of an input topic look like.
package enum InputFormat: Hashable, Sendable {
  /// Segment's JSON, which RudderStack and Jitsu speak too; one event or a `batch` of them.
  case segment
  /// Any JSON object: the configuration says where each field is.
  case mapped(MappedFields)
}
