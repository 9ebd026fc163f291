import Attribution

@testable import Insights

/// A report once more: from the last revision of every conversion, one question at a time.
struct ReferenceReport {
  let shape: ReportShape
  /// In any order.
  let facts: [ReportedConversion]

  private func standing(_ key: ReportRow.Key) -> [ReportedConversion] {
    let ids = Set(facts.map(\.id))
    return ids.compactMap { id in
      facts.filter { $0.id == id }.max { $0.revision < $1.revision }
    }.filter {
      !$0.isRetracted && shape.window(of: $0.time) == key.window
        && ($0.currency ?? "") == key.currency
        && $0.touches.contains { $0.values[key.dimension] == key.value }
    }
  }

  private func isLast(_ conversion: ReportedConversion, _ key: ReportRow.Key) -> Bool {
    conversion.touches.last?.values[key.dimension] == key.value
  }

  /// Touches, conversions, last touch, assisted.
  func counts(_ key: ReportRow.Key) -> [Int] {
    let all = standing(key)
    return [
      all.reduce(0) { sum, conversion in
        sum + conversion.touches.count { $0.values[key.dimension] == key.value }
      },
      all.count, all.count { isLast($0, key) }, all.count { !isLast($0, key) },
    ]
  }

  /// Cents: last touch, assisted, and what each model gave.
  func money(_ key: ReportRow.Key) -> [Int64] {
    let all = standing(key)
    func cents(_ amount: Amount?) -> Int64 { amount?.widened(toScale: 2)?.units ?? 0 }
    let lastTouch = all.filter { isLast($0, key) }.reduce(0) { $0 + cents($1.value) }
    let assisted = all.filter { !isLast($0, key) }.reduce(0) { $0 + cents($1.value) }
    let models = shape.models.indices.map { model in
      all.reduce(Int64(0)) { sum, conversion in
        conversion.touches.indices.reduce(sum) { sum, index in
          conversion.touches[index].values[key.dimension] == key.value
            ? sum + cents(conversion.credits[model].values[index]) : sum
        }
      }
    }
    return [lastTouch, assisted] + models
  }
}
