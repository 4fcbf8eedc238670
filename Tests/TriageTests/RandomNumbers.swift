import CasebookTestSupport

extension RepeatableRandom {
  /// A whole number from 0 up to, not including, a bound.
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
