/// Everything that is wrong with a configuration, in the order of the file.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One thing to correct.
  package struct Problem: Hashable, Sendable {
    /// Where it was written: a line of the file (from 1), a variable, or somewhere in the file.
    package enum Location: Hashable, Sendable {
      case line(Int)
      case variable(String)
      case file
    }

    package let location: Location
    /// The keys that lead there: `conversions[0].lookback.click`; empty for the document.
    package let path: String
    /// What is wrong and what was expected. Never holds a secret.
    package let message: String

    package init(_ location: Location, path: String, message: String) {
      self.location = location
      self.path = path
      self.message = message
    }
  }

  /// The file's name as it was given.
  package let file: String
  package let problems: [Problem]

  package init(file: String, problems: [Problem]) {
    self.file = file
    self.problems = problems
  }

  /// One line per problem: `FILE:LINE: key.path: message`.
  package var lines: [String] {
    problems.map { problem in
      let place =
        switch problem.location {
        case .line(let line): "\(file):\(line): "
        case .variable(let name): "environment variable \(name): "
        case .file: "\(file): "
        }
      return place + (problem.path.isEmpty ? "" : "\(problem.path): ") + problem.message
    }
  }

  package var description: String { lines.joined(separator: "\n") }
}
