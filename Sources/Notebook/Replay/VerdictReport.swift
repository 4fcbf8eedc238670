import CasebookValues
import Glibc

/// The verdicts of a replay in words, as JSON and as JUnit's XML.
public struct VerdictReport {
  private let verdicts: [Verdict]

  /// A report of verdicts.
  public init(_ verdicts: [Verdict]) { self.verdicts = verdicts }

  // MARK: Words

  /// A line a cell that is not as the lock has it, with its causes and movements, and a summary.
  public var text: String {
    // That a definition or an expectation met other data and holds is no news.
    let noteworthy = verdicts.filter { verdict in
      verdict.isPartlyCompared
        || verdict.kind != .unchanged && (verdict.hasResult || verdict.kind != .noEffect)
    }
    return noteworthy.map(lines).joined() + summary + "\n"
  }

  private var summary: String {
    var counts: [(Verdict.Kind, Int)] = []
    for kind in [Verdict.Kind.unchanged, .noEffect, .changed, .added, .removed, .notReproducible] {
      let count = verdicts.count { $0.kind == kind }
      if count > 0 { counts.append((kind, count)) }
    }
    if counts.isEmpty { return "no cells" }
    return counts.map { "\($1) \($0.rawValue)" }.joined(separator: "; ")
  }

  private func lines(_ verdict: Verdict) -> String {
    var text = "\(verdict.label): \(verdict.kind.rawValue)\n"
    for cause in verdict.causes { text += "  because of \(cause)\n" }
    if verdict.isPartlyCompared {
      text += "  protected columns: not compared, the key is missing\n"
    }
    guard let difference = verdict.difference else { return text }
    for change in difference.changed.prefix(Self.shownChanges) {
      let key = change.key.isEmpty ? "" : change.key.joined(separator: ", ") + ": "
      let cells = change.cells.map { "\($0.column) \($0.before) -> \($0.after)" }
      text += "  \(key)\(cells.joined(separator: ", "))\n"
      for cell in change.cells { text += shares(of: cell, namesColumn: change.cells.count > 1) }
    }
    let rest = difference.changed.count - Self.shownChanges
    if rest > 0 { text += "  and \(rest) more rows changed\n" }
    text += rows("added", difference.added) + rows("removed", difference.removed)
    return text
  }

  /// A line a cause: `    -300 rule: hot in intake, ...`.
  private func shares(of cell: RowDifference.Cell, namesColumn: Bool) -> String {
    guard let shares = cell.shares else { return "" }
    // A cause that moved nothing is no news beside one that did.
    let moving = shares.filter { $0.amount != 0 }
    return (moving.isEmpty ? shares : moving).map { share in
      "    \(namesColumn ? cell.column + " " : "")\(Self.signed(share.amount)) \(share.cause)\n"
    }.joined()
  }

  /// A movement at nine digits, which hides what adding up in binary leaves.
  private static func signed(_ amount: Double) -> String {
    let text = amount.isFinite ? shortened(amount) : "\(amount)"
    return amount > 0 ? "+" + text : text
  }

  private static func shortened(_ amount: Double) -> String {
    guard amount != 0 else { return "0" }
    let scale = pow(10, 9 - floor(log10(abs(amount))) - 1)
    let rounded = (amount * scale).rounded() / scale
    return rounded == rounded.rounded() && abs(rounded) < 1e15
      ? String(Int64(rounded)) : "\(rounded)"
  }

  private static let shownChanges = 10

  private func rows(_ word: String, _ keys: [[String]]) -> String {
    if keys.isEmpty { return "" }
    let shown = keys.prefix(Self.shownChanges).map { $0.joined(separator: ", ") }
    let rest = keys.count - shown.count
    return "  \(word): " + shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
      + "\n"
  }

  // MARK: For machines

  /// One object: `agrees`, and an array of cells with their causes and changes.
  public var json: String {
    let cells = verdicts.map { verdict -> Dynamic in
      var pairs: [(String, Dynamic)] = [
        ("cell", .string(verdict.identity.description)), ("label", .string(verdict.label)),
        ("verdict", .string(verdict.kind.rawValue)),
        ("causes", .array(verdict.causes.map { .string($0.description) })),
      ]
      if let difference = verdict.difference {
        pairs.append(("keys", .array(difference.keys.map { .string($0) })))
        pairs.append(("added", Self.keys(difference.added)))
        pairs.append(("removed", Self.keys(difference.removed)))
        pairs.append(("changed", .array(difference.changed.map(Self.change))))
      }
      return .bag(of: pairs)
    }
    return Dynamic.bag(of: [
      ("agrees", .bool(verdicts.allSatisfy(\.agrees))), ("cells", .array(cells)),
    ]).jsonText
  }

  private static func keys(_ rows: [[String]]) -> Dynamic {
    .array(rows.map { .array($0.map(value)) })
  }

  private static func change(_ change: RowDifference.Change) -> Dynamic {
    .bag(of: [
      ("key", .array(change.key.map(value))),
      (
        "cells",
        .array(
          change.cells.map {
            .bag(
              of: [
                ("column", .string($0.column)), ("before", value($0.before)),
                ("after", value($0.after)),
              ] + shares($0))
          })
      ),
    ])
  }

  private static func shares(_ cell: RowDifference.Cell) -> [(String, Dynamic)] {
    guard let shares = cell.shares else { return [] }
    return [
      (
        "shares",
        .array(
          shares.map {
            .bag(of: [("cause", .string($0.cause)), ("amount", .real($0.amount))])
          })
      )
    ]
  }

  private static func value(_ json: String) -> Dynamic { Dynamic(json: json) ?? .string(json) }

  /// A test suite with a case a cell.
  public func junit(name: String) -> String {
    let failures = verdicts.count { !$0.agrees }
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="\(xml(name))" tests="\(verdicts.count)" failures="\(failures)">

      """
    for verdict in verdicts {
      let cell = xml(verdict.label)
      if verdict.agrees {
        text += "  <testcase name=\"\(cell)\"/>\n"
      } else {
        text +=
          "  <testcase name=\"\(cell)\"><failure message=\"\(verdict.kind.rawValue)\">"
          + xml(lines(verdict)) + "</failure></testcase>\n"
      }
    }
    return text + "</testsuite>\n"
  }
}

/// A text within XML; characters that XML cannot hold become U+FFFD.
func xml(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
    case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
      result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
