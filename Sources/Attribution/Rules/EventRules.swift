/// Rules that are asked side by side, of every event: one program, however many there are.
///
/// A rule that is taken out of an array is retained and released, which costs as much as a
/// comparison.
package struct EventRules: Sendable {
  private let program: EventProgram
  /// Where each rule begins in the program.
  private let roots: [Int]

  package init(_ rules: [EventRule]) {
    var compiler = EventProgram.Compiler()
    var roots: [Int] = []
    for rule in rules {
      roots.append(compiler.nodes.count)
      compiler.append(rule.program)
    }
    program = EventProgram(compiler)
    self.roots = roots
  }

  package var indices: Range<Int> { roots.indices }

  /// Whether the rule at `index` holds for `event`, given that it does or does not start a session.
  package func matches(
    _ index: Int, _ event: borrowing TrackingEvent, startsSession: Bool = false
  ) -> Bool {
    program.holds(roots[index], event, startsSession)
  }
}
