import Operations
import Pipeline

/// Reads `--input topic=FILE` against the configuration's topics.
enum ReplayArguments {
  /// An argument that cannot be used.
  enum Problem: Error, CustomStringConvertible {
    case notAnAssignment(String)
    case unknownTopic(String, known: [String])
    case topicNeeded(known: [String])
    case repeatedStandardInput

    var description: String {
      switch self {
      case .notAnAssignment(let text): "--input \(text): expected topic=FILE"
      case .unknownTopic(let topic, let known):
        "--input: the configuration has no topic \(topic); it has \(known.joined(separator: ", "))"
      case .topicNeeded(let known):
        "--input topic=FILE is needed: the configuration has the topics "
          + known.joined(separator: ", ")
      case .repeatedStandardInput: "--input: standard input can be read only once"
      }
    }
  }

  /// The files in the order of `arguments`; without any, standard input for the only topic.
  static func inputs(
    _ arguments: [String], configuration: Configuration
  ) throws(Problem) -> [ReplayInput] {
    let topics = configuration.inputs
    guard !arguments.isEmpty else {
      guard topics.count == 1, let only = topics.first else {
        throw .topicNeeded(known: topics.map(\.topic))
      }
      return [
        ReplayInput(topic: only.topic, format: only.format, path: ReplayInput.standardInput)
      ]
    }
    var inputs: [ReplayInput] = []
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw .notAnAssignment(argument)
      }
      inputs.append(try input(topic: String(parts[0]), path: String(parts[1]), configuration))
    }
    guard inputs.count(where: { $0.path == ReplayInput.standardInput }) <= 1 else {
      throw .repeatedStandardInput
    }
    return inputs
  }

  private static func input(
    topic: String, path: String, _ configuration: Configuration
  ) throws(Problem) -> ReplayInput {
    if let known = configuration.inputs.first(where: { $0.topic == topic }) {
      return ReplayInput(topic: topic, format: known.format, path: path)
    }
    throw .unknownTopic(topic, known: configuration.inputs.map(\.topic))
  }
}
