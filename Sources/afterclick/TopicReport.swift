import ArgumentParser
import KafkaTransport
import Pipeline

/// Shows how the topics are, one a line.
struct TopicReport {
  private let composition: Composition

  init(_ composition: Composition) {
    self.composition = composition
  }

  /// Prints the findings; exit code 1 if something is missing, wrong, or does not answer.
  func show(creating: Bool) throws {
    let findings: [KafkaTopics.Finding]
    do {
      findings = try composition.topics.prepare(creating: creating)
    } catch {
      Terminal.complain("\(error)")
      throw ExitCode(1)
    }
    var isGood = true
    for finding in findings {
      let state: String
      switch finding.state {
      case .ready: state = "ready"
      case .created: state = "created"
      case .questionable(let reason): state = "ready, but \(reason)"
      case .missing:
        state = "missing"
        isGood = false
      case .wrong(let reason):
        state = "wrong: \(reason)"
        isGood = false
      }
      let noun = finding.partitions == 1 ? "partition" : "partitions"
      let partitions = finding.partitions > 0 ? ", \(finding.partitions) \(noun)" : ""
      print("\(finding.name) (\(finding.purpose.rawValue)\(partitions)): \(state)")
    }
    if !isGood { throw ExitCode(1) }
  }
}
