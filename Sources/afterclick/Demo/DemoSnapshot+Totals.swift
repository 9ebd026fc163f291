import Pipeline
import Stages

extension DemoSnapshot.Counters {
  init(_ totals: WorkerTotals) {
    records = totals.intake.records
    deadLetters = totals.intake.rejected.values.reduce(0, +)
    duplicates = totals.journeys.duplicates + totals.journeys.repeatedReports
    tooLate = totals.journeys.late + totals.journeys.tooLate
  }
}
