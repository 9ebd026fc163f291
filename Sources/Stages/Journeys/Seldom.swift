internal import Attribution

/// A value that not everybody has: whoever has none pays for a reference only.
struct Seldom<Value: Sendable>: Sendable {
  /// Empty, or the one value.
  private var storage: [Value] = []

  init() {}

  var isPresent: Bool { !storage.isEmpty }

  var value: Value? {
    get { storage.first }
    set { storage = newValue.map { [$0] } ?? [] }
  }

  /// Memory beside the reference; `inner` is what the value has beside itself.
  func byteCount(_ inner: (Value) -> Int) -> Int {
    MemoryUse.of(storage) + (storage.first.map(inner) ?? 0)
  }

  /// Takes the value out, to change it elsewhere and put it back.
  mutating func take() -> Value? { storage.popLast() }

  mutating func put(_ value: Value) {
    storage.removeAll(keepingCapacity: true)
    storage.append(value)
  }
}
