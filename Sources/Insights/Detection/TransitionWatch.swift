package import Attribution

/// Watches one transition of a funnel, in all and in every segment.
///
/// What is expected of a person is the level of the transition, times the season, times what each
/// of the person's segments, and each two of them together, deviate by. A campaign that brings people who seldom buy therefore
/// changes what is expected of everybody together, and no rate.
package struct TransitionWatch: Sendable {
  package private(set) var total: ConversionStream
  /// In the order of the funnel's dimensions.
  package private(set) var dimensions: [SegmentStreams]
  /// Every dimension with every other.
  package internal(set) var crosses: CrossedDimensions
  package internal(set) var incident: Incident?
  package private(set) var seasons = SeasonalFactors(prior: TransitionWatch.seasonPrior)
  /// Hours that were learned from.
  package private(set) var age = 0.0
  /// Until this bin a rise is an echo of an incident that has just ended.
  var echoUntil: Int64 = 0
  /// Until this bin nothing is news: those on the way entered when another level was expected.
  var quietUntil: Int64 = 0
  private var entry: [Int] = []

  let buckets: DelayBuckets

  /// Completions that an hour of the week has to show before it outweighs the level.
  private static let seasonPrior = 60.0
  /// The share of what was expected below which a step is silent.
  static let silence = 0.1
  /// Hours after which findings count. Before, nobody knows what a day is like.
  static let coldStart = 24.0

  package init(buckets: DelayBuckets, dimensions: Int) {
    self.buckets = buckets
    total = ConversionStream(buckets: buckets, prior: 0)
    self.dimensions = [SegmentStreams](repeating: SegmentStreams(), count: dimensions)
    crosses = CrossedDimensions(dimensions: dimensions)
  }

  /// Somebody in `segments` entered; with a `count` of −1, did not.
  package mutating func enter(segments: [String], count: Double) {
    let mass = weigh(segments)
    total.enter(mass: mass, count: count)
    for (dimension, place) in zip(dimensions.indices, entry) {
      dimensions[dimension].streams[place].enter(mass: mass, count: count)
    }
    crosses.enter(entry, mass: mass, count: count)
  }

  /// The same, long after it: in `bin`, which is closed. Of them only what is still due is expected.
  package mutating func enter(segments: [String], count: Double, late bin: Int64) {
    let mass = weigh(segments)
    total.enter(mass: mass, count: count, late: bin)
    for (dimension, place) in zip(dimensions.indices, entry) {
      dimensions[dimension].streams[place].enter(mass: mass, count: count, late: bin)
    }
    crosses.enter(entry, mass: mass, count: count, late: bin)
  }

  /// How often people of these segments arrive, as a multiple of the level; their places are in
  /// `entry` then.
  private mutating func weigh(_ segments: [String]) -> Double {
    var mass = 1.0
    entry.removeAll(keepingCapacity: true)
    for (dimension, value) in zip(dimensions.indices, segments) {
      let place = dimensions[dimension].place(of: value, buckets: buckets)
      mass *= dimensions[dimension].streams[place].rate.value
      entry.append(place)
    }
    return mass * crosses.ratio(entry)
  }

  /// Somebody who entered in `segments`, `delay` bins ago, arrived; with a `count` of −1, did not.
  package mutating func arrive(segments: [String], delay: Int, value: Double?, count: Double) {
    // Later than is watched: expected by nobody, missed by nobody.
    guard delay < buckets.longest else { return }
    let bucket = buckets.bucket(of: max(0, delay))
    let isLearning = incident == nil
    total.arrive(bucket: bucket, value: value, count: count, isLearning: isLearning)
    entry.removeAll(keepingCapacity: true)
    for (dimension, text) in zip(dimensions.indices, segments) {
      let place = dimensions[dimension].place(of: text, buckets: buckets)
      dimensions[dimension].streams[place].arrive(
        bucket: bucket, value: value, count: count, isLearning: isLearning)
      entry.append(place)
    }
    crosses.arrive(entry, count: count)
  }

  /// Closes the open bin of every stream. Until `judge` nothing is made of it.
  package mutating func close(_ bin: Int64, middle: EventTime) {
    let season = seasons.factor(at: middle)
    let level = total.rate.value
    let isLearning = incident == nil
    total.close(bin, level: level, season: season, buckets: buckets, isLearning: isLearning)
    for dimension in dimensions.indices {
      for place in dimensions[dimension].streams.indices {
        dimensions[dimension].streams[place].close(
          bin, level: level, season: season, buckets: buckets, isLearning: isLearning)
      }
    }
    crosses.close(bin, isLearning: isLearning)
  }

  /// Weighs the closed bin, in every stream.
  package mutating func weigh(_ bin: Int64) {
    let evidence = total.rate.evidence
    TransitionWatch.weigh(bin, &total, evidence: evidence)
    for dimension in dimensions.indices {
      for place in dimensions[dimension].streams.indices {
        // What is not known of the level is not known of the segment either.
        let own = dimensions[dimension].streams[place].rate.evidence
        TransitionWatch.weigh(
          bin, &dimensions[dimension].streams[place],
          evidence: evidence > 0 ? 1 / (1 / evidence + 1 / own) : 0)
      }
    }
  }

  private static func weigh(_ bin: Int64, _ stream: inout ConversionStream, evidence: Double) {
    let closed = stream.closed
    stream.judge.judge(bin, closed.counts, evidence: evidence)
    stream.judge.judgeDelays(
      bin, fast: closed.fast, slow: closed.counts.slow,
      due: (closed.dueFast, closed.counts.slowDue), evidence: stream.delays.evidence)
  }

  /// The whole hour is over: learns from it, from coarse to fine, so that what everybody shares is
  /// not taken for one segment's own.
  package mutating func learn(hour: Int64) {
    guard incident == nil else { return discardHour() }
    age += 1
    let memory = ConversionStream.Memory(ageInHours: age)
    let brought = total.hour
    let level = total.rate.value
    let observed = TransitionWatch.lesson(of: total, expected: brought.due * level)
    total.learn(observed: observed, exposure: brought.due, parent: nil, memory: memory)
    // Evidence counts by its dispersion: a lively hour says less than the number of its arrivals.
    let dispersion = total.judge.dispersion(near: total.judge.firstRatio)
    seasons.learn(
      hour: hour, observed: observed / dispersion,
      expected: brought.due * total.rate.value / dispersion)
    for dimension in dimensions.indices {
      for place in dimensions[dimension].streams.indices {
        TransitionWatch.learn(
          &dimensions[dimension].streams[place], level: total.rate.value, parent: total.delays,
          memory: memory)
      }
    }
    crosses.learn(from: total, buckets, keep: memory.rate)
  }

  private static func learn(
    _ stream: inout ConversionStream, level: Double, parent: DelayDistribution,
    memory: ConversionStream.Memory
  ) {
    let expected = stream.hour.due * level
    let observed = lesson(of: stream, expected: expected)
    stream.learn(
      observed: observed, exposure: expected / max(stream.rate.value, 0.001),
      parent: parent, memory: memory)
  }

  /// What counts of the hour's arrivals. Before anything is known, nothing is far off.
  private static func lesson(of stream: ConversionStream, expected: Double) -> Double {
    guard stream.rate.evidence > 60 else { return stream.hour.observed }
    return RateEstimate.tamed(
      stream.hour.observed, expected: expected,
      dispersion: stream.judge.dispersion(near: stream.judge.firstRatio))
  }

  private mutating func discardHour() {
    total.discardHour()
    forEachSegment { $0.discardHour() }
  }

  /// Begins all evidence anew.
  mutating func resetJudges() {
    total.judge.reset()
    forEachSegment { $0.judge.reset() }
  }

  /// Makes `ratio` times the expected what is expected from now on, in `places` or everywhere.
  mutating func accept(ratio: Double, in places: [SegmentPlace]) {
    if places.isEmpty { total.accept(ratio: ratio) }
    for place in places {
      dimensions[place.dimension].streams[place.value].accept(ratio: ratio)
    }
  }

  /// From now on other delays are expected.
  mutating func acceptDelays() {
    total.acceptDelays()
    forEachSegment { $0.acceptDelays() }
  }

  /// A gap was so long that nobody is on the way any more.
  package mutating func skip() {
    total.skip()
    forEachSegment { $0.skip() }
    crosses.skip()
  }

  private mutating func forEachSegment(_ body: (inout ConversionStream) -> Void) {
    for dimension in dimensions.indices {
      for place in dimensions[dimension].streams.indices {
        body(&dimensions[dimension].streams[place])
      }
    }
  }

  /// Arrivals expected per bin, lately, over all streams: by its share of this, a stream gets a
  /// share of the budget.
  package var expectedPerBin: Double {
    dimensions.reduce(total.judge.expectedPerBin) { sum, segments in
      segments.streams.reduce(sum) { $0 + $1.judge.expectedPerBin }
    }
  }
}

extension TransitionWatch: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(buckets.longest))
    total.write(to: &writer)
    writer.write(parts: dimensions)
    crosses.write(to: &writer)
    seasons.write(to: &writer)
    writer.write(number: age)
    writer.write(signed: echoUntil)
    writer.write(signed: quietUntil)
    writer.write(flag: incident != nil)
    incident?.write(to: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let longest = try reader.readSmall()
    guard (1...FunnelWatch.longestDelay).contains(longest) else { throw ByteReader.Malformed() }
    buckets = DelayBuckets(longest: longest)
    total = try ConversionStream(from: &reader)
    dimensions = try reader.readParts()
    crosses = try CrossedDimensions(from: &reader)
    seasons = try SeasonalFactors(from: &reader)
    age = try reader.readNumber()
    echoUntil = try reader.readSigned()
    quietUntil = try reader.readSigned()
    incident = try reader.readFlag() ? Incident(from: &reader) : nil
    guard isConsistent else { throw ByteReader.Malformed() }
  }

  /// Whether all parts are of one shape: whatever they were read from, nothing reaches beyond them.
  private var isConsistent: Bool {
    let streams = [total] + dimensions.flatMap(\.streams)
    return streams.allSatisfy { $0.fits(buckets) }
      && dimensions.allSatisfy { $0.streams.count <= SegmentStreams.limit }
      && crosses.fits(dimensions.map(\.streams.count))
      && incident.map(contains) ?? true
  }

  /// Whether the places of `incident` are some that were seen.
  func contains(_ incident: Incident) -> Bool {
    let places = incident.explanation.places + [incident.firstPlace].compactMap { $0 }
    return incident.explanation.cells.allSatisfy(crosses.knows)
      && places.allSatisfy { place in
        dimensions.indices.contains(place.dimension)
          && dimensions[place.dimension].streams.indices.contains(place.value)
      }
  }
}
