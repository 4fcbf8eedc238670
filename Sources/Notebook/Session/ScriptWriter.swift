import CasebookEngine
import CasebookLanguage

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
    let all = cells.filter(\.isOfScript)
    return Self.settled(everything ? all : Self.withoutReplaced(all))
  }

  /// The script in its canonical layout.
  var text: String {
    let blocks = keptCells.map { cell -> String in
      let prose = cell.record.prose.map { commented($0) + "\n" } ?? ""
      return prose + moved(Self.text(of: cell))
    }
    // A blank line parts statements: none carries on the one before.
    return format(parse(blocks.joined(separator: "\n\n") + "\n", signatures: Engine.signatures))
  }

  /// What is written for a cell: a pipeline that began with `|` in full, but for one that drew random
  /// numbers, since these belong to the cell that drew them.
  static func text(of cell: SittingCell) -> String {
    guard let full = cell.fullText, !cell.record.reads.readsSeed, !cell.record.isVolatile else {
      return cell.record.text
    }
    return full
  }

  /// The text by which a cell of the replay is found.
  static func canonicalText(_ cell: SittingCell) -> String {
    let tree = parse(text(of: cell), signatures: Engine.signatures)
    return tree.statements.first.map { tree.canonicalText(of: $0) } ?? ""
  }

  // MARK: What is kept

  /// Leaves out definitions that were replaced before anything read them.
  private static func withoutReplaced(_ cells: [SittingCell]) -> [SittingCell] {
    cells.enumerated().filter { index, cell in
      guard let name = cell.definedName, !cell.isAmendment else { return true }
      let word = cell.record.identity.description.split(separator: " ").first
      let later = cells[(index + 1)...]
      guard
        let successor = later.firstIndex(where: {
          $0.definedName == name
            && $0.record.identity.description.split(separator: " ").first == word
        })
      else { return true }
      // The successor may read the old meaning: `let x = x | where ...`. `append` adds to it.
      let isRead = cells[(index + 1)...successor].contains { other in
        other.number == cells[successor].number ? readsItself(other, name) : other.mentions(name)
      }
      return isRead
    }.map(\.element)
  }

  private static func readsItself(_ cell: SittingCell, _ name: String) -> Bool {
    let words = cell.words
    return words.contains("append") || words.count { $0 == name } > 1
  }

  /// Moves `param`, `clock` and `seed` to the top where nothing before them read an earlier value.
  private static func settled(_ cells: [SittingCell]) -> [SittingCell] {
    var top: [SittingCell] = []
    var rest: [SittingCell] = []
    for cell in cells {
      let mayMove: Bool =
        switch cell.commandName {
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

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private func commented(_ prose: String) -> String {
    prose.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "//" : "// " + $0 }.joined(separator: "\n")
  }

  /// The statement with the paths in it seen from the script's folder.
  private func moved(_ text: String) -> String {
    let tree = parse(text, signatures: Engine.signatures)
    guard case .command(let command)? = tree.statements.first?.kind,
      let path = command.string("path"), let span = command.expression("path")?.span
    else { return text }
    let target = relativePath(
      absolute(path, from: absolute(workingFolder, from: currentFolder())),
      from: absolute(scriptFolder, from: currentFolder()))
    let bytes = tree.source.bytes
    return String(decoding: bytes[..<span.lower], as: UTF8.self) + Self.quoted(target)
      + String(decoding: bytes[span.upper...], as: UTF8.self)
  }
}
