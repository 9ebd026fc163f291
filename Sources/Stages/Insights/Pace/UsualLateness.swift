internal import Attribution
internal import Insights

/// How long after its time what people do at funnels is usually heard of: the time nine in ten take
/// at the most, of those lately.
///
/// A few are always late, whose phone was off. Where many are, something is read long after the rest,
/// and it is better to wait.
struct UsualLateness: Sendable {
  /// Weight by lateness: bucket 0 is on time, bucket b less than 2^b minutes late.
  private var weights: [Double]

  private static let buckets = 14
  /// Facts by which the weight of one falls to a third.
  private static let memory = 400.0
  private static let keep = 1 - 1 / memory
  /// The share that may be later than is waited for.
  private static let lateShare = 0.1
  /// Minutes within which somebody is on time.
  private static let onTime: Int64 = 2

  init() {
    weights = [UsualLateness.memory]
    weights += [Double](repeating: 0, count: UsualLateness.buckets)
  }

  /// Somebody did something so many minutes before the stream time at which it was read.
  mutating func add(minutes: Int64) {
    for bucket in weights.indices { weights[bucket] *= UsualLateness.keep }
    weights[UsualLateness.bucket(of: minutes)] += 1
  }

  private static func bucket(of minutes: Int64) -> Int {
    guard minutes > onTime else { return 0 }
    return min(buckets, Int64.bitWidth - minutes.leadingZeroBitCount)
  }

  /// How long to wait; nothing where people are on time.
  var allowance: TimeSpan {
    var later = UsualLateness.lateShare * weights.reduce(0, +)
    for bucket in weights.indices.reversed() {
      guard weights[bucket] <= later else { return bucket == 0 ? .zero : .minutes(1 << bucket) }
      later -= weights[bucket]
    }
    return .zero
  }
}

extension UsualLateness {
  func write(to writer: inout ByteWriter) { writer.write(numbers: weights) }

  init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    weights = try reader.readNumbers()
    guard weights.count == UsualLateness.buckets + 1 else { throw ByteReader.Malformed() }
  }
}
