/// What our figures are compared with, measured on the kind of machine that we develop on.
///
/// The peer is a Kafka Streams job that does the same: re-keys by person, keeps journeys in RocksDB,
/// computes five models, `exactly_once_v2`, two threads, Apache Kafka beside it. Its strongest form
/// drops what is neither touchpoint nor order before anything else.
enum Reference {
  /// CPU-seconds per million events of the peer at its best.
  static let streamsCPU = 10.8
  /// Only consuming, in C: nothing that reads Kafka can cost less.
  static let consumeCPU = 0.30
  /// Events per second of the peer at its best, on two cores.
  static let streamsRate = 147_000.0
  /// simdjson alone, ns for an event of 368 bytes.
  static let parse = 184.0
  /// Bytes that the peer at its best writes to its internal topics per event of 410 bytes.
  static let streamsInternalBytes = 61.0
  /// Exactly-once latency of the peer at 2,000 events/s, milliseconds.
  static let streamsLatency = (median: 167.0, ninetyNinth: 241.0)
  /// Bytes of the peer's process per person: 1.4 GB for 500,000.
  static let streamsBytesPerPerson = 2_800.0
  /// Resident megabytes of the peer's process at its best.
  static let streamsMemory = 1_100.0
  /// The peer after SIGKILL with 528,000 journeys at a session timeout of 10 s, seconds.
  static let streamsRestart = (warm: 9.2, wiped: 14.7)
}
