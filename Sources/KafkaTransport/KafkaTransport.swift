// Kafka behind the pipeline's ports: the only place where both are known.

internal import Kafka
package import Logging
package import Pipeline

/// Opens sources and sinks on a Kafka cluster.
package struct KafkaTransport: Transport {
  package let settings: KafkaSettings
  private let logger: Logger

  package init(_ settings: KafkaSettings, logger: Logger) {
    self.settings = settings
    self.logger = logger
  }

  package func open(
    worker: Int
  ) throws(PipelineError) -> (any RecordSource, any CommitSink) {
    // The sink first: it aborts what an earlier life of this instance left open, so that the
    // offsets the source will ask for are settled.
    let sink: any CommitSink
    let handle = GroupHandle()
    switch settings.guarantee {
    case .exactlyOnce:
      sink = try TransactionalSink(settings, worker: worker, group: handle, logger: logger)
    case .atLeastOnce:
      sink = try IdempotentSink(settings, worker: worker, group: handle, logger: logger)
    }
    let source = try KafkaRecordSource(settings, worker: worker, logger: logger)
    handle.set(source.handle)
    return (source, sink)
  }

  package var changelog: any ChangelogReader {
    KafkaChangelogReader(settings, topic: settings.changelog, logger: logger)
  }

  package var insightsChangelog: (any ChangelogReader)? {
    settings.insights.map {
      KafkaChangelogReader(settings, topic: $0.changelog, logger: logger)
    }
  }
}
