import Pipeline
import Stages

extension DemoSnapshot.Counters {
  /// Adds up what all partitions say.
  init(_ statuses: [WorkerStatus]) {
    for partition in statuses.flatMap(\.partitions) {
      if let intake = partition.intake {
        records += intake.records
        deadLetters += intake.rejected.values.reduce(0, +)
      }
      if let journeys = partition.journeys {
        duplicates += journeys.duplicates + journeys.repeatedReports
        tooLate += journeys.late + journeys.tooLate
      }
    }
  }
}
