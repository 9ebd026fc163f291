/// Stands for one topic of one producer, so that producing needs no topic name per record.
package struct TopicHandle: Hashable, Sendable {
  /// Index into the producer's table of topics.
  let index: Int
}
