package import Attribution
package import Formats

/// A checkpoint that is being written, slice by slice, while the machine goes on.
struct CheckpointProgress: Sendable {
  let marker: CheckpointMarker
  /// Journeys changed before the marker, that are still to be written.
  var remaining: [JourneyKey]
}

// Saving. A checkpoint is fuzzy: each journey is written as it is when its slice is, with the
// offset it has reached, so that a replay from the marker's offset can leave it alone until then.
//
// Slices are ordinary output of the machine. They commit in order with everything else, so the
// changelog never holds a journey whose conversions are not committed too.
extension JourneyMachine {
  package var isCheckpointing: Bool { checkpoint != nil }

  /// Has the next checkpoint write every journey.
  package mutating func noteAllChanged() {
    for index in journeys.indices { noteChange(at: index) }
  }

  /// Journeys that a checkpoint begun now would write.
  package var changedCount: Int { journeys.changedCount }

  /// Begins a checkpoint at the present offset. There must not be one under way.
  ///
  /// Does nothing as long as the machine only repeats what was committed before it was restored: the
  /// changelog may be ahead of it, if it was restored from a copy that is not. Journeys written from
  /// the past under a marker from later would lose what lies between.
  package mutating func beginCheckpoint() {
    precondition(isSaved && checkpoint == nil, "a checkpoint is under way, or none is kept")
    guard nextOffset >= emitsFrom else { return }
    let marker = CheckpointMarker(
      resumeOffset: nextOffset, streamTime: streamTime, weights: weights)
    checkpoint = CheckpointProgress(marker: marker, remaining: journeys.takeChanged())
  }

  /// Writes up to `limit` journeys of the checkpoint under way and, after the last, its marker.
  ///
  /// `partition` is the changelog's, which is the journeys log's own. A dropped journey is a
  /// tombstone.
  package mutating func writeCheckpointSlice(
    limit: Int, partition: Int32, to output: inout OutgoingRecords
  ) {
    guard var progress = checkpoint.take() else { return }
    var writer = ByteWriter()
    for key in progress.remaining.suffix(limit) {
      guard let index = journeys.index(of: key) else {
        output.append(to: .changelog, partition: partition, key: key.bytes, value: nil)
        continue
      }
      writer.bytes.removeAll(keepingCapacity: true)
      // A journey restored ahead of this machine has applied more than the machine has.
      StoredJourneyCodec.write(
        journeys[index], held: journeys[held: index], identity: journeys[identity: index].value,
        funnels: journeys.funnels(at: index), acquired: journeys.acquired(at: index),
        nextOffset: max(nextOffset, ahead[key] ?? 0), rules: rules, profiles: profiles, to: &writer)
      output.append(to: .changelog, partition: partition, key: key.bytes, value: writer.bytes)
    }
    progress.remaining.removeLast(min(limit, progress.remaining.count))
    if progress.remaining.isEmpty {
      output.append(
        to: .changelog, partition: partition, key: CheckpointMarker.key,
        value: progress.marker.bytes)
    } else {
      checkpoint = progress
    }
  }
}

// Restoring. The changelog's records may come in any order of keys and more than once per key; the
// last of each key stands.
extension JourneyMachine {
  /// Takes in one journey of a checkpoint; `nil` for a dropped one.
  package mutating func restore(
    key: JourneyKey, value: UnsafeRawBufferPointer?
  ) throws(ByteReader.Malformed) {
    if let index = journeys.index(of: key) {
      journeys[index].removeAll(profiles: &profiles)
      remove(at: index)
    }
    ahead[key] = nil
    guard let value else { return }
    let restored = try StoredJourneyCodec.read(value, rules: rules, profiles: &profiles)
    let (index, _) = journeys.insert(key)
    journeys[index] = restored.journey
    journeys[held: index] = restored.held
    journeys[identity: index].value = restored.identity
    if let insights, !restored.funnels.isEmpty {
      let progress = try PackedFunnels.read(restored.funnels, insights)
      journeys.setFunnels(
        at: index,
        to: PackedFunnels.bytes(progress, insights, lateAccept: rules.time.lateAccept))
    }
    if followsCohorts { journeys.setAcquired(at: index, to: restored.acquired) }
    if restored.nextOffset > 0 { ahead[key] = restored.nextOffset }
  }

  /// Ends the restore: the machine resumes at `marker`, or at the log's beginning without one.
  package mutating func finishRestore(at marker: CheckpointMarker?) {
    nextOffset = marker?.resumeOffset ?? 0
    streamTime = marker?.streamTime ?? .distantPast
    for (rule, weights) in marker?.weights.byRule ?? [] { use(weights, ofRuleNamed: rule) }
    ahead = ahead.filter { $0.value > nextOffset }
    aheadUntil = ahead.values.max() ?? 0
    for index in journeys.indices {
      if let end = end(of: index) {
        schedule.add(index, after: end)
        awaitDeparture(at: index)
      } else {
        // It was empty when it was saved: only the changelog still has to forget it.
        remove(at: index, isSaved: true)
      }
    }
  }
}
