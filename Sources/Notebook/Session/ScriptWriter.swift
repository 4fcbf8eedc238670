import CasebookEngine
import CasebookLanguage
import CasebookTriage

/// Writes the cells of a sitting as a script that gives the same results from a clean workspace.
struct ScriptWriter {
  let cells: [SittingCell]
  let everything: Bool
  /// The folder of the script, from which its paths are seen.
  let scriptFolder: String
  /// The folder from which paths were seen in the sitting.
  let workingFolder: String

  /// The cells that the script holds, in its order.
  var keptCells: [SittingCell] {
    let all = cells.filter { $0.isOfScript } + withdrawnButRead
    let ordered = all.sorted { $0.number < $1.number }
    return Self.settled(everything ? ordered : Self.withoutReplaced(ordered))
  }

  /// Changes that were withdrawn only after other cells had seen them, each with its `undo`: without them
  /// those cells would not give the same.
  private var withdrawnButRead: [SittingCell] {
    var kept = Set(cells.filter { $0.isOfScript }.map(\.number))
    var pairs: [SittingCell] = []
    // Inner ones first: what was withdrawn may have been read by another change that was.
    for cell in cells.reversed() where cell.record.outcome == .done && !cell.isDropped {
      guard let undone = cell.withdrawnBy, undone <= cells.count else { continue }
      let between = cells[cell.number..<(undone - 1)].filter { kept.contains($0.number) }
      guard between.contains(where: { Self.mayHaveSeen(cell, $0) }) else { continue }
      pairs += [cell, cells[undone - 1]]
      kept.formUnion([cell.number, undone])
    }
    return pairs
  }

  private static func mayHaveSeen(_ change: SittingCell, _ cell: SittingCell) -> Bool {
    switch change.commandName {
    case "clock": return cell.record.reads.readsClock
    case "seed": return cell.record.reads.readsSeed
    case nil, "param": return change.definedName.map(cell.mentions) ?? true
    default: return true
    }
  }

  /// The script in its canonical layout.
  var text: String {
    var blocks: [String] = []
    for cell in keptCells {
      let statement = moved(text(of: cell))
      // A blank line parts statements, but for one that begins with `|`: that would be the same pipeline.
      if statement.hasPrefix("|"), let last = blocks.indices.last { blocks[last] += ";" }
      blocks.append((cell.record.prose.map { commented($0) + "\n" } ?? "") + statement)
    }
    return format(parse(blocks.joined(separator: "\n\n") + "\n", signatures: Engine.signatures))
  }

  /// What is written for a cell: a pipeline that began with `|` in full, where that means the same still.
  ///
  /// Where random numbers were drawn it does not, since these belong to the cell that drew them; nor where
  /// something was loaded or defined since the rows that it goes on with were computed.
  private func text(of cell: SittingCell) -> String {
    guard let full = cell.fullText, !cell.record.reads.readsSeed, !cell.record.isVolatile,
      !hasChanged(since: cell.continued, before: cell)
    else { return cell.record.text }
    return full
  }

  private func hasChanged(since continued: Int?, before cell: SittingCell) -> Bool {
    var first = cell
    // Back to where the pipeline begins.
    while let number = first.continued {
      first = cells[number - 1]
      if first.fullText == nil { break }
    }
    return cells[first.number..<cell.number].contains { $0.mayChangeMeanings }
  }

  /// The text by which a cell of the replay is found.
  func canonicalText(_ cell: SittingCell) -> String {
    let tree = parse(moved(text(of: cell)), signatures: Engine.signatures)
    return tree.statements.first.map { tree.canonicalText(of: $0) } ?? ""
  }

  // MARK: What is kept

  /// Leaves out definitions that were replaced before anything read them.
  private static func withoutReplaced(_ cells: [SittingCell]) -> [SittingCell] {
    cells.enumerated().filter { index, cell in
      guard let name = cell.definedName, !cell.isAmendment, !cell.isWithdrawn,
        // What `as` names is shown as well.
        !cell.record.identity.description.hasPrefix("as "),
        // How often a name was drawn for is part of what the next draw gives.
        !cell.record.reads.readsSeed
      else { return true }
      let later = cells[(index + 1)...]
      guard
        let successor = later.firstIndex(where: {
          $0.definedLabel == cell.definedLabel && !$0.isWithdrawn
        })
      else { return true }
      // The successor may read the old meaning: `let x = x | where ...`. `append` adds to it.
      let isRead = cells[(index + 1)...successor].contains { other in
        other.number == cells[successor].number
          ? readsItself(other, name)
          : other.mentions(name) || other.uses(cell.definedLabel ?? "")
            // Rules and queues stand in the order in which they were first entered.
            || cell.commandName != nil && other.commandName == cell.commandName
      }
      return isRead
    }.map(\.element)
  }

  private static func readsItself(_ cell: SittingCell, _ name: String) -> Bool {
    let words = cell.words
    // `queue general` alone takes up the one that is there.
    let takesUp = TriageDefinition.all(in: cell.record.text).first?.isBare ?? false
    return takesUp || words.contains("append") || words.count { $0 == name } > 1
  }

  /// Moves `param`, `clock` and `seed` to the top where nothing before them read an earlier value.
  private static func settled(_ cells: [SittingCell]) -> [SittingCell] {
    var top: [SittingCell] = []
    var rest: [SittingCell] = []
    for cell in cells {
      let mayMove: Bool =
        switch cell.commandName {
        case _ where cell.isWithdrawn: false
        case "clock": !rest.contains { $0.record.reads.readsClock }
        case "seed": !rest.contains { $0.record.reads.readsSeed }
        case "param":
          cell.definedName.map { name in
            !rest.contains { $0.mentions(name) || $0.definedName.map(cell.mentions) == true }
          } ?? false
        default: false
        }
      if mayMove { top.append(cell) } else { rest.append(cell) }
    }
    return top + rest
  }

  // MARK: Text

  private func commented(_ prose: String) -> String {
    prose.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "//" : "// " + $0 }.joined(separator: "\n")
  }

  /// The statement with the paths in it seen from the script's folder.
  private func moved(_ text: String) -> String {
    let here = absolute(workingFolder, from: currentFolder())
    let there = absolute(scriptFolder, from: currentFolder())
    return Engine.text(text) { relativePath(absolute($0, from: here), from: there) }
  }
}
