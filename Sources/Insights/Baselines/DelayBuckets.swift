/// Lengths of time, in bins, that are told apart: every bin at first, then coarser and coarser.
package struct DelayBuckets: Hashable, Sendable {
  /// Bucket `b` holds delays from `edges[b]` up to, not including, `edges[b + 1]`.
  package let edges: [Int]

  /// Buckets for delays of less than `longest` bins, which is at least one.
  package init(longest: Int) {
    precondition(longest > 0, "longest delay \(longest)")
    var edges = [0]
    var width = 1
    while edges[edges.count - 1] < longest {
      // Four of each width up to sixteen bins, then two: neighbours differ by half at the most.
      for _ in 0..<(width < 4 ? 4 : 2) where edges[edges.count - 1] < longest {
        edges.append(min(longest, edges[edges.count - 1] + width))
      }
      width *= 2
    }
    self.edges = edges
  }

  package var count: Int { edges.count - 1 }
  package var longest: Int { edges[edges.count - 1] }

  /// The bucket of a delay; beyond the longest, the last one.
  package func bucket(of delay: Int) -> Int {
    var low = 0
    var high = count - 1
    while low < high {
      let middle = (low + high) / 2
      if delay < edges[middle + 1] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
