import Testing

extension Trait where Self == TimeLimitTrait {
  /// Names the tests that never end. What a test waits until there is a processor for it counts, too:
  /// that may be minutes where many run at once.
  static var mustNotHang: Self { .timeLimit(.minutes(10)) }
}
