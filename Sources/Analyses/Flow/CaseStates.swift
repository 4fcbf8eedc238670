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
  /// How many were closed before they began, and so took no time.
  let invertedCount: Int

  /// Whether a case has ended.
  @inline(__always)
  func isClosed(_ number: Int) -> Bool { ends.base[number] != LogView.open }

  /// Reads starts and ends; without a closing rule no case is known to have ended.
  init(_ log: LogView, _ context: RunContext) throws {
    let opened = log.spec.hasEvents ? log.spec.columns[.opened].map { log.table.columns[$0] } : nil
    let rule = Rule(log)
    let count = log.caseCount
    let begin = UnsafeResult(Buffer<Int64>(repeating: 0, count: count))
    let finish = UnsafeResult(Buffer<Int64>(repeating: LogView.open, count: count))
    let steps = rule.isBySteps ? log.steps : nil
    let counts = try log.mapCases(context) { stretch in
      let times = CaseTimes(log)
      times.begin(stretch, opened, begin)
      switch rule {
      case .none: break
      case .caseLog: times.endAtFirst(stretch, finish)
      case .column(let closed): times.end(stretch, closed, finish)
      case .last: times.endAtLast(stretch, log.lastEnds, finish)
      case .steps(let marks):
        // The codes' width is chosen once, so that the loop over cases counts no references.
        marks.withUnsafeBufferPointer { marks in
          switch steps?.ids.codes {
          case .narrow(let codes)?: times.end(stretch, codes.base, marks, finish)
          case .medium(let codes)?: times.end(stretch, codes.base, marks, finish)
          case .wide(let codes)?: times.end(stretch, codes.base, marks, finish)
          case nil: break
          }
        }
      }
      var counts = (open: 0, inverted: 0)
      for number in stretch {
        counts.open += finish[number] == LogView.open ? 1 : 0
        // A case does not end before it begins.
        if finish[number] < begin[number] {
          counts.inverted += 1
          finish[number] = begin[number]
        }
      }
      return counts
    }
    starts = begin.buffer
    ends = finish.buffer
    openCount = counts.reduce(0) { $0 + $1.open }
    invertedCount = counts.reduce(0) { $0 + $1.inverted }
    withExtendedLifetime(log) {}
  }

  private enum Rule {
    case none
    case caseLog
    case column(Column)
    case last
    case steps([Bool])

    init(_ log: LogView) {
      let closed = log.spec.columns[.closed].map { log.table.columns[$0] }
      if !log.spec.hasEvents {
        self = closed == nil ? .none : .caseLog
      } else if let closed {
        self = .column(closed)
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

    var isBySteps: Bool {
      if case .steps = self { return true }
      return false
    }
  }
}

/// The loops over the cases of a stretch, on plain memory.
private struct CaseTimes {
  private let starts: UnsafePointer<Int64>
  private let ends: UnsafePointer<Int64>
  private let rows: UnsafePointer<UInt32>
  private let offsets: UnsafePointer<UInt32>
  private let asOf: Int64
  private let isByStart: Bool

  /// Reads a log, which has to outlive it.
  init(_ log: LogView) {
    (starts, ends) = (log.starts.base, log.ends.base)
    (rows, offsets) = (log.rows.base, log.offsets.base)
    asOf = log.asOf
    isByStart = log.roles.order == .start
  }

  /// When each case was opened, else its first start.
  func begin(_ stretch: Range<Int>, _ opened: Column?, _ begin: UnsafeResult<Int64>) {
    for number in stretch {
      let positions = positions(number)
      if let opened, let time = first(opened, positions) {
        begin[number] = time
        continue
      }
      var least = starts[Int(rows[positions.lowerBound])]
      // In the order of starts the first event begins first; the others need not be fetched.
      if !isByStart {
        for position in positions { least = min(least, starts[Int(rows[position])]) }
      }
      begin[number] = least
    }
  }

  /// A case log's one row has the end.
  func endAtFirst(_ stretch: Range<Int>, _ finish: UnsafeResult<Int64>) {
    for number in stretch { finish[number] = ends[Int(rows[positions(number).lowerBound])] }
  }

  /// The last value of a column, if it is not later than the end of observation.
  func end(_ stretch: Range<Int>, _ closed: Column, _ finish: UnsafeResult<Int64>) {
    for number in stretch {
      if let time = last(closed, positions(number)), time <= asOf { finish[number] = time }
    }
  }

  /// The first completion of the closing steps that a case ends with.
  func end<Code: FixedWidthInteger>(
    _ stretch: Range<Int>, _ codes: UnsafePointer<Code>, _ isClosing: UnsafeBufferPointer<Bool>,
    _ finish: UnsafeResult<Int64>
  ) {
    for number in stretch {
      let positions = positions(number)
      var position = positions.upperBound - 1
      while position >= positions.lowerBound {
        let row = Int(rows[position])
        guard isClosing[Int(truncatingIfNeeded: codes[row])], ends[row] != LogView.open else {
          break
        }
        finish[number] = ends[row]
        position -= 1
      }
    }
  }

  /// The latest completion of a case, if nothing of it comes after the end of observation.
  func endAtLast(
    _ stretch: Range<Int>, _ lastEnds: Buffer<Int64>?, _ finish: UnsafeResult<Int64>
  ) {
    for number in stretch {
      let positions = positions(number)
      var last = Int64.min
      if let lastEnds {
        last = lastEnds.base[Int(rows[positions.lowerBound])]
        if last > asOf { continue }
      } else {
        for position in positions {
          let end = ends[Int(rows[position])]
          if end != LogView.open { last = max(last, end) }
        }
      }
      if last != .min { finish[number] = last }
    }
  }

  private func positions(_ number: Int) -> Range<Int> {
    Int(offsets[number])..<Int(offsets[number + 1])
  }

  private func first(_ column: Column, _ positions: Range<Int>) -> Int64? {
    guard case .longs(let values) = column.data else { return nil }
    for position in positions where !column.isNull(Int(rows[position])) {
      return values.base[Int(rows[position])]
    }
    return nil
  }

  private func last(_ column: Column, _ positions: Range<Int>) -> Int64? {
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
