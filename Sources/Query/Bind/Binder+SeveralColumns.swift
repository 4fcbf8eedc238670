import CasebookLanguage
import CasebookTables
import CasebookValues

extension Binder {
  /// The columns of an item whose function yields several, nil for any other item.
  ///
  /// Without a name all columns come under their own names, one name takes the first column, names
  /// in brackets take as many as there are.
  func severalColumns(
    of item: Item, over fields: [Field], taken: inout NameSet
  ) throws(Diagnostic) -> [Plan.Output]? {
    guard case .call(let syntax) = item.value.unbracketed.kind, scope[syntax.name.text] == nil,
      let columns = FunctionCatalogue.function(syntax.name.text)?.columns
    else { return nil }
    var types: [ScalarType] = []
    for argument in syntax.arguments {
      types.append(try expression(argument.value, over: fields).type)
    }
    let names = syntax.arguments.map { naturalName(of: $0.value) ?? "" }
    let yielded = columns(types, names)
    guard !yielded.isEmpty else { return nil }
    let value = try expression(item.value, over: fields)
    let wanted = item.names.isEmpty ? yielded.map(\.name) : item.names.map(\.text)
    var outputs: [Plan.Output] = []
    for (index, name) in wanted.prefix(yielded.count).enumerated() {
      let column =
        yielded.count == 1
        ? value : try element(index, of: value, as: yielded[index].type, span: item.span)
      if !item.names.isEmpty { taken.insert(name) }
      outputs.append(output(item.names.isEmpty ? taken.unique(name) : name, column))
    }
    return outputs
  }

  private func element(
    _ index: Int, of array: TypedExpression, as type: ScalarType, span: Span
  ) throws(Diagnostic) -> TypedExpression {
    let element = try call(
      MemberAccess.element, [array, TypedExpression(.constant(.long(Int64(index))))], span: span)
    return try converted(element, to: type, span: span)
  }
}
