/// How far one partition has been read: the offset is that of the next record to read.
package struct TopicPartitionOffset: Hashable, Sendable, CustomStringConvertible {
  package let partition: TopicPartition
  /// Next to read, never the last one read.
  package let offset: Int64

  package init(_ partition: TopicPartition, offset: Int64) {
    precondition(offset >= 0, "offset \(offset) of \(partition) is not a position in a log")
    self.partition = partition
    self.offset = offset
  }

  package var description: String { "\(partition)@\(offset)" }
}
