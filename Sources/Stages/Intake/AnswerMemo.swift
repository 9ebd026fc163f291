internal import Attribution

/// Remembers answers to questions that are asked again and again: the device of a user agent, the
/// channel of a campaign.
///
/// Of fixed size; of two questions that meet in one place the newer stays. It never changes an
/// answer: the whole question is compared.
struct AnswerMemo<Answer: Sendable>: Sendable {
  private struct Entry: Sendable {
    var hash: UInt64
    var question: [UInt8]
    var answer: Answer
  }

  /// Answers remembered.
  private let capacity: Int
  private var entries: [Entry?] = []

  /// Longer questions are not remembered: what somebody sends must not decide how much is kept.
  private static var longestQuestion: Int { 512 }

  /// `capacity` is a power of two.
  init(capacity: Int) {
    precondition(capacity & (capacity - 1) == 0, "capacity \(capacity)")
    self.capacity = capacity
  }

  /// The answer to `question`, which must say everything that `find` looks at.
  mutating func answer(to question: UnsafeRawBufferPointer, find: () -> Answer) -> Answer {
    guard question.count <= AnswerMemo.longestQuestion else { return find() }
    if entries.isEmpty { entries = [Entry?](repeating: nil, count: capacity) }
    let hash = StableHash.fold64(question)
    let place = Int(truncatingIfNeeded: hash) & (capacity - 1)
    if let known = known(question, hash, at: place) { return known }
    let answer = find()
    entries[place] = Entry(hash: hash, question: Array(question), answer: answer)
    return answer
  }

  private func known(
    _ question: UnsafeRawBufferPointer, _ hash: UInt64, at place: Int
  ) -> Answer? {
    guard let entry = entries[place], entry.hash == hash,
      ByteComparison.areEqual(entry.question, question)
    else { return nil }
    return entry.answer
  }
}
