import Operations
import Pipeline
import Testing

@Suite struct MetricsReportTests {
  private func text(_ figures: PipelineFigures, version: String = "1") -> String {
    let report = MetricsReport(
      figures, health: HealthReport(figures, at: SampleFigures.now), process: ProcessFigures(),
      version: version, startSeconds: 1_700_000_000.25)
    return PrometheusText.text(of: report.families)
  }

  @Test func `what was counted is there, by its labels`() {
    let lines = Set(text(SampleFigures.busy).split(separator: "\n").map(String.init))
    for line in [
      "afterclick_records_consumed_total{stage=\"intake\"} 7",
      "afterclick_records_consumed_total{stage=\"journeys\"} 6",
      "afterclick_dead_letters_total{stage=\"intake\",reason=\"invalid_json\"} 2",
      "afterclick_dead_letters_total{stage=\"intake\",reason=\"too_large\"} 1",
      "afterclick_events_screened_total{reason=\"bot\"} 1",
      "afterclick_events_dropped_total{reason=\"too_late\"} 2",
      "afterclick_conversions_total 4", "afterclick_journeys 5",
      "afterclick_records_committed_total{destination=\"conversions\"} 4",
      "afterclick_records_committed_total{destination=\"journeys\"} 0",
      "afterclick_consumer_lag_records{topic=\"events\",partition=\"0\"} 12",
      "afterclick_restore_records{topic=\"app.journeys\",partition=\"1\"} 40",
      "afterclick_replay_remaining_records{topic=\"app.journeys\",partition=\"2\"} 9",
      "afterclick_partitions{state=\"live\"} 3", "afterclick_partitions{state=\"restoring\"} 1",
      "afterclick_partitions{state=\"replaying\"} 1", "afterclick_ready 0",
      "afterclick_partitions{state=\"ahead\"} 0",
      "afterclick_worker_restarts_total{reason=\"fenced\"} 2",
      "afterclick_rebalances_total{event=\"assigned\"} 3",
      "afterclick_rebalances_total{event=\"lost\"} 0",
      "process_start_time_seconds 1700000000.25",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test func `buckets of a histogram add up`() {
    let lines = text(SampleFigures.busy).split(separator: "\n").filter {
      $0.hasPrefix("afterclick_transaction_duration_seconds")
    }
    #expect(lines.contains("afterclick_transaction_duration_seconds_bucket{le=\"0.0025\"} 0"))
    #expect(lines.contains("afterclick_transaction_duration_seconds_bucket{le=\"0.005\"} 1"))
    #expect(lines.contains("afterclick_transaction_duration_seconds_bucket{le=\"1\"} 1"))
    #expect(lines.contains("afterclick_transaction_duration_seconds_bucket{le=\"2.5\"} 2"))
    #expect(lines.contains("afterclick_transaction_duration_seconds_bucket{le=\"+Inf\"} 2"))
    #expect(lines.contains("afterclick_transaction_duration_seconds_count 2"))
    #expect(lines.contains("afterclick_transaction_duration_seconds_sum 2.003"))
  }

  @Test func `every line is what Prometheus reads, also before anything is counted`() throws {
    let sample = /[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? -?[0-9.e+-]+/
    for figures in [PipelineFigures(), SampleFigures.busy] {
      var names: [Substring] = []
      for line in text(figures).split(separator: "\n") {
        let words = line.split(separator: " ")
        if words[0] == "#" {
          if words[1] == "HELP" { names.append(words[2]) }
          #expect(words.count > 3)
        } else {
          #expect(line.wholeMatch(of: sample) != nil, "\(line)")
          #expect(words[0].hasPrefix(names[names.count - 1]))
        }
      }
      #expect(Set(names).count == names.count)
      #expect(names.count > 30)
    }
  }

  @Test func `labels cannot break out of their quotes`() {
    #expect(
      text(PipelineFigures(), version: "1\"} 2\n\\x")
        .contains("afterclick_build_info{version=\"1\\\"} 2\\n\\\\x\"} 1\n"))
  }

  @Test func `the system tells of this process`() {
    let process = ProcessFigures.now
    #expect(process.residentBytes > 1_000_000)
    #expect(process.cpuSeconds > 0)
    #expect((3...process.maximumFiles).contains(process.openFiles))
  }
}
