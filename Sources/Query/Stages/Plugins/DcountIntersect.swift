import CasebookLanguage
import CasebookTables
import CasebookValues

/// `dcount_intersect`: how many values the first of several `hll` have in common with the next ones.
enum DcountIntersect {
  static let declaration = PluginDeclaration(
    "dcount_intersect(hll, hll, ...)",
    "How many values the first `hll` holds, the first two have in common, the first three, and so on.",
    details: "The columns are called s0, s1 and so on.",
    examples: [
      Example(
        "range n from 1 to 30 step 1 | summarize a = hll_if(n, n % 2 == 0), b = hll_if(n, n % 3 == 0) | evaluate dcount_intersect(a, b)",
        output: "15\t5")
    ]
  ) { request throws(Diagnostic) in
    try request.require(2)
    guard let intersect = FunctionCatalogue.function("set_intersect"),
      let count = FunctionCatalogue.function("dcount_hll")
    else { return request.input }
    var outputs: [Plan.Output] = []
    var common: TypedExpression?
    for column in try request.columns(from: 0) {
      let field = request.input.fields[column]
      let sketch = TypedExpression(
        .column(index: column, type: field.type), isProtected: field.isProtected)
      let next =
        if let common {
          try request.binder.call(intersect, [common, sketch], span: request.span)
        } else { sketch }
      common = next
      let value = try request.binder.call(count, [next], span: request.span)
      outputs.append(request.binder.output("s\(outputs.count)", value))
    }
    return .compute(request.input, outputs)
  }
}
