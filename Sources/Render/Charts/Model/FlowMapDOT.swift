/// A flow map in Graphviz' language: width by share, names escaped, in the order of the steps.
public func dotText(_ map: FlowMap, title: String? = nil) -> String {
  var text = "digraph flow {\n  rankdir=TB;\n"
  if let title { text += "  label=\(dotString(title)); labelloc=t;\n" }
  text += "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
  text += "  edge [fontname=\"sans-serif\", fontsize=10];\n"
  for (index, step) in map.steps.enumerated() {
    text += "  s\(index) [label=\(dotString(step.name, plainNumber(step.count)))];\n"
  }
  for edge in map.edges {
    let label = [plainNumber(edge.count), edge.time].filter { !$0.isEmpty }
    var attributes = "label=\(dotString(label))"
    attributes += ", penwidth=\(trimmedDecimals(fixedText(1 + 7 * map.weight(edge), decimals: 2)))"
    if edge.isBack { attributes += ", style=dashed, constraint=false" }
    text += "  s\(edge.source) -> s\(edge.target) [\(attributes)];\n"
  }
  return text + "}\n"
}

private func dotString(_ lines: String...) -> String { dotString(lines) }

/// A quoted text of several lines.
///
/// A backslash would begin an escape such as `\N`, the name of the node.
private func dotString(_ lines: [String]) -> String {
  let escaped = lines.map { line in
    visibleText(line).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
  return "\"" + escaped.joined(separator: "\\n") + "\""
}
