import Glibc

/// CPU time and memory of this process, which other users of the machine disturb least.
enum CPUTime {
  /// Nanoseconds that the calling thread has computed.
  static var ofThread: Int64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

  /// Nanoseconds that the process has computed, all threads together.
  static var ofProcess: Int64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

  private static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    precondition(clock_gettime(clock, &time) == 0, "there is no clock \(clock)")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Nanoseconds that `body` computes on this thread.
  static func spent(_ body: () throws -> Void) rethrows -> Int64 {
    let start = ofThread
    try body()
    return ofThread - start
  }

  /// The least of `repetitions` runs: what remains once the neighbours' noise is taken away.
  static func least(of repetitions: Int, _ body: () throws -> Void) rethrows -> Int64 {
    var least = Int64.max
    for _ in 0..<repetitions { least = min(least, try spent(body)) }
    return least
  }
}
