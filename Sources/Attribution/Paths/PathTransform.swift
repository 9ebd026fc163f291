/// One step that tidies a path before it is credited.
package enum PathTransform: Hashable, Sendable {
  /// Keeps everything.
  case unique
  /// Collapses consecutive repeats of a value, keeping the last of each run.
  case exposure
  /// Keeps the first touchpoint of each value.
  case first
  /// Each value once, where it first appeared, with how often it appeared.
  case frequency
  /// Drops the run of `value` at the end, unless the path is only that.
  case removeTrailing(NormalizedText)
  /// Drops every `value`, unless the path is only that.
  case remove(NormalizedText)
}
