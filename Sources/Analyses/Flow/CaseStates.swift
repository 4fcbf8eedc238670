import CasebookLanguage
import CasebookQuery
import CasebookTables

/// When each case began, and when it ended if it did.
struct CaseStates: Sendable {
  /// The start of each case: when it was opened, else its first start.
  let starts: Buffer<Int64>
  /// The end of each case; `LogView.open` while it is open.
  let ends: Buffer<Int64>
  /// How many are open.
  let openCount: Int

  /// Whether a case has ended.
  @inline(__always)
  func isClosed(_ number: Int) -> Bool { ends.base[number] != LogView.open }

  /// Reads starts and ends; without a closing rule no case is known to have ended.
  init(_ log: LogView, _ context: RunContext) throws {
    let opened = log.spec.hasEvents ? log.spec.columns[.opened].map { log.table.columns[$0] } : nil
    let closed = log.spec.hasEvents ? log.spec.columns[.closed].map { log.table.columns[$0] } : nil
    let rule = Rule(log)
    let count = log.caseCount
    let asOf = log.asOf
    let isByStart = log.roles.order == .start
    let closedBy = rule.isClosing
    let steps = log.spec.hasEvents ? log.steps : nil
    let begin = UnsafeResult(Buffer<Int64>(repeating: 0, count: count))
    let finish = UnsafeResult(Buffer<Int64>(repeating: LogView.open, count: count))
    _ = try log.mapCases(context) { stretch in
      let starts = log.starts.base
      let ends = log.ends.base
      let rows = log.rows.base
      let offsets = log.offsets.base
      for number in stretch {
        let positions = Int(offsets[number])..<Int(offsets[number + 1])
        var least = starts[Int(rows[positions.lowerBound])]
        // In the order of starts the first event begins first; the others need not be fetched.
        if !isByStart {
          for position in positions { least = min(least, starts[Int(rows[position])]) }
        }
        begin[number] = opened.flatMap { Self.first($0, rows, positions) } ?? least
        switch rule {
        case .none: break
        case .caseLog: finish[number] = ends[Int(rows[positions.lowerBound])]
        case .column:
          if let time = closed.flatMap({ Self.last($0, rows, positions) }), time <= asOf {
            finish[number] = time
          }
        case .last:
          finish[number] = Self.lastEnd(log, positions)
        case .steps:
          guard let steps else { break }
          var end = LogView.open
          for position in positions.reversed() {
            let row = Int(rows[position])
            guard closedBy[steps[row]], ends[row] != LogView.open else { break }
            end = ends[row]
          }
          finish[number] = end
        }
        // A case does not end before it begins.
        finish[number] = max(finish[number], begin[number])
      }
    }
    self.starts = begin.buffer
    self.ends = finish.buffer
    var open = 0
    for number in 0..<count where finish[number] == LogView.open { open += 1 }
    openCount = open
    withExtendedLifetime(log) {}
  }

  private enum Rule {
    case none
    case caseLog
    case column
    case last
    case steps([Bool])

    init(_ log: LogView) {
      if !log.spec.hasEvents {
        self = log.spec.columns[.closed] == nil ? .none : .caseLog
      } else if log.spec.columns[.closed] != nil {
        self = .column
      } else {
        switch log.roles.closing {
        case .last?: self = .last
        case .steps(let names)?:
          let codes = Set(log.steps.ids.codes(of: names))
          self = .steps((0..<log.steps.count).map(codes.contains))
        case nil: self = .none
        }
      }
    }

    var isClosing: [Bool] {
      if case .steps(let marks) = self { return marks }
      return []
    }
  }

  /// The latest completion of a case, if nothing of it comes after the end of observation.
  private static func lastEnd(_ log: LogView, _ positions: Range<Int>) -> Int64 {
    if let all = log.lastEnds {
      let last = all.base[Int(log.rows.base[positions.lowerBound])]
      return last > log.asOf || last == .min ? LogView.open : last
    }
    var last = Int64.min
    for position in positions {
      let end = log.ends.base[Int(log.rows.base[position])]
      if end != LogView.open { last = max(last, end) }
    }
    return last == .min ? LogView.open : last
  }

  private static func first(
    _ column: Column, _ rows: UnsafePointer<UInt32>, _ positions: Range<Int>
  ) -> Int64? {
    guard case .longs(let values) = column.data else { return nil }
    for position in positions where !column.isNull(Int(rows[position])) {
      return values.base[Int(rows[position])]
    }
    return nil
  }

  private static func last(
    _ column: Column, _ rows: UnsafePointer<UInt32>, _ positions: Range<Int>
  ) -> Int64? {
    guard case .longs(let values) = column.data else { return nil }
    for position in positions.reversed() where !column.isNull(Int(rows[position])) {
      return values.base[Int(rows[position])]
    }
    return nil
  }
}

/// A buffer that workers fill, each its own elements.
///
/// `@unchecked Sendable`: workers write disjoint elements, and nobody reads before all have ended.
struct UnsafeResult<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  let buffer: Buffer<Element>
  let base: UnsafeMutablePointer<Element>

  /// Fills a buffer that nobody else has seen.
  init(_ buffer: Buffer<Element>) {
    self.buffer = buffer
    base = UnsafeMutablePointer(mutating: buffer.base)
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }
}

extension LogView {
  /// Throws where nothing says how cases close, with the steps that would.
  func requireClosing() throws {
    if roles.hasClosing { return }
    if !spec.hasEvents {
      throw Diagnostic(
        code: "E0502", message: "\(spec.word) has to know which cases are open", span: spec.span,
        help: "say which column holds the closing time: closed=COLUMN")
    }
    // How often each step occurs, and how often a case ends with it.
    let steps = steps
    var occurrences = [Int](repeating: 0, count: steps.count)
    var endings = occurrences
    for position in 0..<eventCount { occurrences[steps[Int(rows.base[position])]] += 1 }
    for number in 0..<caseCount {
      endings[steps[Int(rows.base[Int(offsets.base[number + 1]) - 1])]] += 1
    }
    let last = endings.indices.filter { endings[$0] > 0 }.sorted { endings[$0] > endings[$1] }
    let likely = last.filter { endings[$0] * 10 >= occurrences[$0] * 9 }
    let isShown = !isProtected(.step)
    let names = { (codes: [Int]) in
      codes.prefix(5).map { LogRoles.inQuotes(steps.name($0)) }.joined(separator: ", ")
    }
    let help =
      !isShown
      ? "closed_by=(\"STEP\"), closed_by=last or closed=COLUMN, here or in `log`"
      : likely.isEmpty
        ? "cases end with \(names(last)); say closed_by=(...), closed_by=last or closed=COLUMN"
        : "closed_by=(\(names(likely))) names steps that nearly always end a case; closed_by=last takes every case as ended"
    throw Diagnostic(
      code: "E0502",
      message: "\(spec.word) has to know which cases are open, and nothing says how they close",
      span: spec.span, help: help)
  }

  /// Whether a role's column is protected.
  func isProtected(_ role: LogRole) -> Bool {
    spec.columns[role].map { table.fields[$0].isProtected } ?? false
  }
}
