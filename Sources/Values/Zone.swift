/// A time zone: UTC, a fixed offset, or the rules of a place from the system's tzdata.
///
/// A local time that occurs twice, when clocks are set back, means its first occurrence. A local
/// time that clocks skip, when they are set forward, is read by the offset before the change, so
/// that 02:30 becomes what the new clock calls 03:30.
public struct Zone: Sendable {
  /// The name as given: `Europe/Dublin`, `UTC`, `+05:30`.
  public let name: String
  private let rules: ZoneRules

  /// Coordinated universal time.
  public static let utc = Zone(name: "UTC", rules: ZoneRules(fixed: 0))

  init(name: String, rules: ZoneRules) {
    self.name = name
    self.rules = rules
  }

  /// A fixed offset, in minutes east of UTC.
  public init(minutesEast: Int) {
    let magnitude = abs(minutesEast)
    let digits = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
    let sign = minutesEast < 0 ? "-" : "+"
    self.init(
      name: sign + digits(magnitude / 60) + ":" + digits(magnitude % 60),
      rules: ZoneRules(fixed: Int64(minutesEast) * Ticks.perMinute))
  }

  /// The zone with an IANA name, or `UTC`, `Z`, `GMT`, or an offset such as `+05:30`, `-0500`, `+01`.
  public static func named(_ name: String) -> Zone? {
    switch name {
    case "UTC", "utc", "Z", "z", "GMT": return Zone(name: name, rules: utc.rules)
    default: break
    }
    if let first = name.utf8.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
      let minutes = withBytes(of: name) { bytes -> Int? in
        var reader = DigitReader(bytes)
        let offset = reader.offsetMinutes()
        return reader.isAtEnd ? offset : nil
      }
      return minutes.map { Zone(name: name, rules: Zone(minutesEast: $0).rules) }
    }
    return ZoneDatabase.rules(named: name).map { Zone(name: name, rules: $0) }
  }

  /// Whether the offset never changes.
  public var isFixed: Bool { rules.isFixed }

  /// A span of time with one offset, in UTC.
  public struct Span: Sendable, Hashable {
    /// The first tick.
    public let start: Int64
    /// The tick after the last.
    public let end: Int64
    /// Ticks to add to UTC for local time.
    public let offset: Int64
  }

  /// The span that holds a UTC instant.
  public func span(at utc: Int64) -> Span {
    rules.span(at: utc)
  }

  /// Ticks to add to a UTC instant for local time.
  public func offset(at utc: Int64) -> Int64 {
    rules.span(at: utc).offset
  }

  /// The local time of a UTC instant.
  public func local(fromUTC utc: Int64) -> Int64 {
    utc + offset(at: utc)
  }

  /// How a local time relates to UTC.
  public enum Fit: Sendable, Hashable {
    /// It names one instant.
    case exact
    /// It occurs twice; the first is meant.
    case repeated
    /// Clocks skip it; the offset before the change is used.
    case skipped
  }

  /// The UTC instant of a local time.
  public func utc(fromLocal local: Int64) -> Int64 {
    resolve(local: local).utc
  }

  /// The UTC instant of a local time, and whether the clock shows it once.
  public func resolve(local: Int64) -> (utc: Int64, fit: Fit) {
    // Offsets stay below a day, so the spans that could hold the time begin or end within a day.
    let earlier = rules.span(at: local - Ticks.perDay)
    var span = earlier
    var candidate: Int64?
    var occurrences = 0
    while span.start <= local + Ticks.perDay {
      let utc = local - span.offset
      if utc >= span.start, utc < span.end {
        occurrences += 1
        candidate = candidate ?? utc
      }
      guard span.end < Int64.max else { break }
      span = rules.span(at: span.end)
    }
    if let candidate { return (candidate, occurrences > 1 ? .repeated : .exact) }
    return (local - offsetBeforeGap(around: local, from: earlier), .skipped)
  }

  /// The offset of the last span whose own clock ends before a skipped local time.
  private func offsetBeforeGap(around local: Int64, from first: Span) -> Int64 {
    var span = first
    while span.end < Int64.max {
      let next = rules.span(at: span.end)
      if local >= span.end + span.offset, local < span.end + next.offset { return span.offset }
      if next.start > local + Ticks.perDay { break }
      span = next
    }
    return span.offset
  }
}

extension Zone: Hashable {
  /// Zones are the same when their names are.
  public static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }

  /// Feeds the name to a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Converts many times between a zone and UTC, remembering the last span so that neighbours in
/// time cost no search.
public struct ZoneConverter: Sendable {
  /// The zone.
  public let zone: Zone
  private var start = Int64.max
  private var end = Int64.min
  private var offset: Int64 = 0
  // Local times inside these bounds occur once and have the span's offset.
  private var localStart = Int64.max
  private var localEnd = Int64.min
  private var localOffset: Int64 = 0

  /// A converter for a zone.
  public init(_ zone: Zone) {
    self.zone = zone
  }

  /// The local time of a UTC instant.
  @inline(__always)
  public mutating func local(fromUTC utc: Int64) -> Int64 {
    if utc < start || utc >= end { moveSpan(to: utc) }
    return utc &+ offset
  }

  /// The UTC instant of a local time, by the rules of `Zone`.
  @inline(__always)
  public mutating func utc(fromLocal local: Int64) -> Int64 {
    if local >= localStart, local < localEnd { return local &- localOffset }
    return moveLocalSpan(to: local)
  }

  private mutating func moveSpan(to utc: Int64) {
    let span = zone.span(at: utc)
    start = span.start
    end = span.end
    offset = span.offset
  }

  private mutating func moveLocalSpan(to local: Int64) -> Int64 {
    let (utc, fit) = zone.resolve(local: local)
    guard fit == .exact else { return utc }
    let span = zone.span(at: utc)
    // A day's margin keeps clear of whatever the neighbours' clocks show.
    localStart = span.start == Int64.min ? span.start : span.start + 2 * Ticks.perDay
    localEnd = span.end == Int64.max ? span.end : span.end - 2 * Ticks.perDay
    localOffset = span.offset
    return utc
  }
}
