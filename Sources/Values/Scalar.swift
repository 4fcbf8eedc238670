/// The language's types: what a column holds and what an expression yields.
public enum ScalarType: UInt8, Sendable, CaseIterable, Hashable {
  case bool, int, long, real, decimal, string, datetime, timespan, dynamic, guid
}

/// One value of the language, or the typed absence of one.
///
/// A `string` is never null: its missing value is `""`. Instants and durations are counts of
/// 100 ns ticks, instants since 0001-01-01 UTC. A `decimal` is held as a real.
public enum Scalar: Sendable {
  case null(ScalarType)
  case bool(Bool)
  case int(Int32)
  case long(Int64)
  case real(Double)
  case decimal(Double)
  case string(String)
  case datetime(Int64)
  case timespan(Int64)
  case dynamic(Dynamic)
  /// Canonical lower-case text with hyphens.
  case guid(String)
}

/// A JSON value.
///
/// A bag keeps the order in which its keys were first given; a repeated key's last
/// value wins.
public enum Dynamic: Sendable {
  case null
  case bool(Bool)
  case long(Int64)
  case real(Double)
  case string(String)
  case array([Dynamic])
  case bag([(key: String, value: Dynamic)])
}
