import CRdKafka

/// Where the reading of one partition starts.
package struct PartitionStart: Hashable, Sendable {
  /// A place in a log, absolute or by name.
  package enum Position: Hashable, Sendable {
    /// The next record to read.
    case offset(Int64)
    case beginning
    case end
    /// What the group has committed, else what `auto.offset.reset` says. Not allowed in a seek.
    case committed
  }

  package let partition: TopicPartition
  package let position: Position

  package init(_ partition: TopicPartition, _ position: Position) {
    self.partition = partition
    self.position = position
  }

  package init(_ offset: TopicPartitionOffset) {
    self.init(offset.partition, .offset(offset.offset))
  }

  /// The C constant, or the offset itself.
  var rawOffset: Int64 {
    switch position {
    case .offset(let offset): offset
    case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
    case .end: Int64(RD_KAFKA_OFFSET_END)
    case .committed: Int64(RD_KAFKA_OFFSET_STORED)
    }
  }
}
