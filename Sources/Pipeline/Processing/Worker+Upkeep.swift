internal import Stages

// What is done between batches, in small pieces: checkpoints and ticks.
extension Worker {
  func maintain(_ children: inout Children) async throws(PipelineError) {
    let now = ContinuousClock.now
    if now >= nextReport {
      nextReport = now + WorkerMeter.interval
      meter.report(status(), at: now)
    }
    if now >= nextCheckpoint {
      nextCheckpoint = now + settings.checkpointInterval
      for processor in journeys.values
      where !processor.isCheckpointing && !processor.isReplaying {
        processor.beginCheckpoint()
      }
      for processor in insights.values {
        if let checkpoint = processor.checkpoint(at: now) {
          try await committer.submit(checkpoint)
        }
      }
    }
    for (partition, processor) in journeys {
      if processor.isCheckpointing, !slicesUnderWay.contains(partition) {
        try await writeSlice(of: processor, &children)
      }
      if let tick = processor.tick(after: settings.tickInterval, at: now) {
        try await committer.submit(tick)
      }
    }
  }

  /// Hands over the next slice. Once it is committed it is copied locally, and only then comes the
  /// next: so a checkpoint never crowds out records, nor outruns the disk.
  private func writeSlice(
    of processor: JourneysProcessor, _ children: inout Children
  ) async throws(PipelineError) {
    let partition = processor.partition
    let slice = processor.checkpointSlice()
    slicesUnderWay.insert(partition)
    let number = try await committer.submit(slice)
    children.addTask { [committer, checkpointer] in
      try await committer.waitUntilCommitted(number)
      await checkpointer.copy(slice)
      await self.sliceCopied(of: partition)
    }
  }

  private func sliceCopied(of partition: LogPartition) {
    slicesUnderWay.remove(partition)
    let woken = copyWaiters
    copyWaiters.removeAll()
    for waiter in woken { waiter.resume() }
  }
}
