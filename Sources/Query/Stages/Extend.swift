import CasebookLanguage
import CasebookTables
import CasebookValues

/// `extend a = e`: further columns, or new values for those that are there.
enum ExtendStage: StageDeclaration {
  static let signature = Signature("extend", [.items("columns")])
  static let summary = "Adds computed columns, or gives existing ones new values."
  static let details = """
    A new value takes the place of the column it replaces. Items of one `extend` do not see each
    other: use a second `extend` for that.
    """
  static let examples = [
    Example("print a = 2 | extend b = a * 10", "a new column", output: "2\t20"),
    Example("print a = 2, b = 3 | extend a = a + b", "a new value", output: "5\t3"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let fields = input.fields
    var taken = NameSet(fields.map(\.name))
    var outputs = fields.enumerated().map { index, field in
      Plan.Output(field, .column(index: index, type: field.type))
    }
    for added in try binder.outputs(stage.items("columns"), over: fields, taken: &taken) {
      if let index = outputs.firstIndex(where: { $0.field.name == added.field.name }) {
        outputs[index] = added
      } else {
        outputs.append(added)
      }
    }
    return .compute(input, outputs)
  }
}
