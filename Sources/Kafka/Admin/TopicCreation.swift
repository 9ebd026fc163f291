/// What became of one request to create a topic.
package enum TopicCreation: Sendable, Equatable {
  case created
  /// It was there before, with whatever partitions and settings it has: nothing was changed.
  case alreadyExisted
  /// The broker refused, for this topic only.
  case failed(KafkaError)
}
