/// What is known of work under way, as one line: `load events.csv  43 %  2.1 M rows  about 2 s left`.
public struct ProgressLine: Sendable {
  /// What is being done.
  public var label: String
  /// The share that is done, 0 to 1.
  public var share: Double?
  /// Rows gone through.
  public var rows: Int?
  /// Bytes gone through.
  public var bytes: Int?
  /// Rows each second.
  public var rowsPerSecond: Double?
  /// Seconds since the start.
  public var elapsedSeconds: Double?
  /// Seconds still to go, as far as can be told.
  public var remainingSeconds: Double?

  /// Progress of which only what is given is known.
  public init(
    label: String, share: Double? = nil, rows: Int? = nil, bytes: Int? = nil,
    rowsPerSecond: Double? = nil, elapsedSeconds: Double? = nil, remainingSeconds: Double? = nil
  ) {
    self.label = label
    self.share = share
    self.rows = rows
    self.bytes = bytes
    self.rowsPerSecond = rowsPerSecond
    self.elapsedSeconds = elapsedSeconds
    self.remainingSeconds = remainingSeconds
  }

  /// The line without a line break.
  ///
  /// What fits least is left out, so that it never wraps.
  public func text(_ screen: Screen) -> String {
    let limit = screen.width ?? .max
    // From most to least wanted; what is drawn keeps the order of `position`.
    var wanted: [(position: Int, text: String)] = []
    if let share { wanted.append((1, percent(share))) }
    if let remainingSeconds, remainingSeconds.isFinite {
      wanted.append((6, remaining(remainingSeconds)))
    }
    if let rows {
      wanted.append((2, formatRoughCount(Double(rows)) + (rows == 1 ? " row" : " rows")))
    }
    if let rowsPerSecond { wanted.append((4, formatRate(rowsPerSecond))) }
    if let bytes { wanted.append((3, formatBytes(bytes))) }
    if let elapsedSeconds { wanted.append((5, formatDuration(elapsedSeconds))) }
    let head = fitted(label, to: limit, screen.glyphs)
    var used = head.width
    var parts: [(position: Int, text: String)] = []
    for part in wanted {
      guard used + 2 + part.text.count <= limit else { break }
      used += 2 + part.text.count
      parts.append(part)
    }
    parts.sort { $0.position < $1.position }
    return ([head.text] + parts.map(\.text)).joined(separator: "  ")
  }

  /// Whole percent, rounded down so that 100 % means done.
  private func percent(_ share: Double) -> String {
    String(Int(max(0, min(1, share.isFinite ? share : 0)) * 100)) + " %"
  }

  /// A guess, so it is rounded as one.
  private func remaining(_ seconds: Double) -> String {
    let steps: Double =
      switch seconds {
      case ..<10: 1
      case ..<60: 5
      case ..<600: 60
      case ..<3600: 300
      default: 3600
      }
    let whole = (min(seconds, 1e9) / steps).rounded(.up) * steps
    let text = whole < 60 ? fixedText(max(whole, 1), decimals: 0) + " s" : longDuration(whole)
    return "about " + text + " left"
  }
}
