import CasebookValues

/// One step of a plan, as plain data.
public struct PlanNode: Sendable {
  /// What the step does.
  public var title: String
  /// Further lines about it.
  public var details: [String]
  /// Rows that it is expected to yield.
  public var estimatedRows: Int?
  /// Rows that it yielded, after a run.
  public var actualRows: Int?
  /// How long it took, after a run.
  public var seconds: Double?
  /// The steps that it reads from.
  public var children: [PlanNode]

  /// A step.
  public init(
    _ title: String, details: [String] = [], estimatedRows: Int? = nil, actualRows: Int? = nil,
    seconds: Double? = nil, children: [PlanNode] = []
  ) {
    self.title = title
    self.details = details
    self.estimatedRows = estimatedRows
    self.actualRows = actualRows
    self.seconds = seconds
    self.children = children
  }
}

/// Draws a plan as a tree, each step above what it reads from, with its figures at the right.
public struct PlanDrawing: Sendable {
  /// The tree keeps at least this width when the figures need room.
  private static let leastTreeWidth = 12

  /// What the text is drawn on.
  public var screen: Screen

  /// A drawing on a screen.
  public init(_ screen: Screen) { self.screen = screen }

  /// The plan as text, each line ended by a line break.
  public func text(_ plan: PlanNode) -> String {
    var rows: [Row] = []
    add(plan, first: "", rest: "", to: &rows)
    let columns = figureColumns(rows)
    let figuresWidth = columns.reduce(0) { $0 + 2 + $1.width }
    let natural = rows.map { displayWidth($0.tree) }.max() ?? 0
    let room = screen.width.map { max($0 - figuresWidth, PlanDrawing.leastTreeWidth) } ?? .max
    let treeWidth = min(natural, room)
    var lines: [String] = []
    if !columns.isEmpty {
      let names = columns.map { "  " + $0.name.rightAligned(to: $0.width) }.joined()
      lines.append(screen.painted(String(repeating: " ", count: treeWidth) + names, .faint))
    }
    lines += rows.map { line($0, columns, treeWidth: treeWidth) }
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Row {
    var tree: String
    /// Estimated rows, actual rows and time; none for a line of details.
    var figures: [String?]
  }

  private struct FigureColumn {
    var index: Int
    var name: String
    var width: Int
  }

  private func add(_ node: PlanNode, first: String, rest: String, to rows: inout [Row]) {
    rows.append(
      Row(
        tree: first + visible(node.title),
        figures: [
          node.estimatedRows.map(formatCount), node.actualRows.map(formatCount),
          node.seconds.map(formatDuration),
        ]))
    let stem = node.children.isEmpty ? "" : screen.glyphs.stem
    for detail in node.details {
      let indent = stem.isEmpty ? "   " : stem
      rows.append(Row(tree: rest + indent + visible(detail), figures: []))
    }
    for (index, child) in node.children.enumerated() {
      let isLast = index + 1 == node.children.count
      add(
        child, first: rest + (isLast ? screen.glyphs.lastBranch : screen.glyphs.branch),
        rest: rest + (isLast ? "   " : screen.glyphs.stem), to: &rows)
    }
  }

  /// The figures that any step has.
  private func figureColumns(_ rows: [Row]) -> [FigureColumn] {
    ["estimated", "rows", "time"].enumerated().compactMap { index, name in
      let texts = rows.compactMap { $0.figures.isEmpty ? nil : $0.figures[index] }
      guard let widest = texts.map({ displayWidth($0) }).max() else { return nil }
      return FigureColumn(index: index, name: name, width: max(widest, name.count))
    }
  }

  private func line(_ row: Row, _ columns: [FigureColumn], treeWidth: Int) -> String {
    if row.figures.isEmpty {
      let text = fitted(row.tree, to: screen.width ?? .max, screen.glyphs).text
      return screen.painted(text, .faint)
    }
    let tree = fitted(row.tree, to: treeWidth, screen.glyphs).text
    let known = columns.prefix(1 + (columns.lastIndex { row.figures[$0.index] != nil } ?? -1))
    guard !known.isEmpty else { return tree }
    let figures = known.map { "  " + (row.figures[$0.index] ?? "").rightAligned(to: $0.width) }
    return tree.padded(to: treeWidth) + figures.joined()
  }

  private func visible(_ text: String) -> String { visibleText(text, unicode: screen.unicode) }
}
