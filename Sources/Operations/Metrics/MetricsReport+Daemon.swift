internal import Pipeline

// What the daemon is at, rather than what it has done.
extension MetricsReport {
  var partitions: [MetricFamily] {
    var lag = MetricFamily(
      "afterclick_consumer_lag_records", .gauge, "Records in a partition that are not processed.")
    var restored = MetricFamily(
      "afterclick_restore_records", .gauge, "Checkpoint records read of a partition in restore.")
    var replay = MetricFamily(
      "afterclick_replay_remaining_records", .gauge,
      "Records to read again before a restored partition has news to say.")
    var (restoring, replaying, ahead, live) = (0, 0, 0, 0)
    for partition in figures.partitions {
      let labels = (
        Label("topic", partition.partition.topic),
        Label("partition", "\(partition.partition.partition)")
      )
      if let records = partition.lag { lag = lag.adding(Int(records), labels.0, labels.1) }
      if partition.isRestoring {
        restoring += 1
        restored = restored.adding(partition.restoredRecords, labels.0, labels.1)
      } else if partition.replayRemaining > 0 {
        replaying += 1
        replay = replay.adding(Int(partition.replayRemaining), labels.0, labels.1)
      } else if partition.isAhead {
        ahead += 1
      } else {
        live += 1
      }
    }
    return [
      lag,
      MetricFamily("afterclick_partitions", .gauge, "Partitions assigned, by state.")
        .adding(live, Label("state", "live"))
        .adding(ahead, Label("state", "ahead"))
        .adding(replaying, Label("state", "replaying"))
        .adding(restoring, Label("state", "restoring")),
      restored, replay,
    ]
  }

  var workers: [MetricFamily] {
    var rebalances = MetricFamily(
      "afterclick_rebalances_total", .counter, "Changes of a worker's partitions by the group.")
    for event in PipelineFigures.Rebalance.allCases {
      rebalances = rebalances.adding(figures.rebalances[event] ?? 0, Label("event", event.rawValue))
    }
    var restarts = MetricFamily(
      "afterclick_worker_restarts_total", .counter, "Failures after which a worker started over.")
    for (reason, count) in figures.restarts.sorted(by: { $0.key < $1.key }) {
      restarts = restarts.adding(count, Label("reason", reason))
    }
    return [
      MetricFamily("afterclick_ready", .gauge, "Whether /readyz says yes.")
        .adding(health.isReady ? 1 : 0),
      MetricFamily("afterclick_workers_expected", .gauge, "Workers that there have to be.")
        .adding(figures.expectedWorkers),
      MetricFamily("afterclick_workers", .gauge, "Workers at work.")
        .adding(figures.workers.values.count { $0.status != nil }),
      rebalances, restarts,
    ]
  }

  var processFamilies: [MetricFamily] {
    [
      MetricFamily("afterclick_build_info", .gauge, "The version that runs.")
        .adding(1, Label("version", version)),
      MetricFamily("process_start_time_seconds", .gauge, "When the process began, since 1970.")
        .adding(startSeconds),
      MetricFamily("process_cpu_seconds_total", .counter, "CPU time of the process.")
        .adding(process.cpuSeconds),
      MetricFamily("process_resident_memory_bytes", .gauge, "Memory that the process has.")
        .adding(process.residentBytes),
      MetricFamily("process_open_fds", .gauge, "Files and sockets that are open.")
        .adding(process.openFiles),
      MetricFamily("process_max_fds", .gauge, "How many of them there may be.")
        .adding(process.maximumFiles),
    ]
  }
}
