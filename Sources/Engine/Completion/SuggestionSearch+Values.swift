import CasebookLanguage
import CasebookQuery
import CasebookRender
import CasebookTables
import CasebookValues

extension SuggestionSearch {
  /// The most frequent values of the column that the word is compared with; none of a protected column.
  mutating func offerValues(of compared: ComparedColumn, within quote: OpenQuote? = nil) {
    guard let plan = input.plan,
      let index = plan.fields.firstIndex(where: { $0.name == compared.name }),
      !plan.fields[index].isProtected
    else { return }
    for value in engine.frequentValues(of: index, in: plan, key: valueKey(compared)) {
      let detail = formatCount(value.count, of: "row")
      if let quote {
        guard case .string(let text) = value.value else { continue }
        let written = quote.character.map { escaped(text, quote: $0) } ?? text
        offer(text, text: written + closing(quote), .data, detail)
      } else if let literal = value.value.literal {
        // What one types of a text is its letters, and its quote is put around them.
        offer(value.value.text, text: literal, .data, detail)
      }
    }
  }

  /// What the rows are and the column: the statement's text up to the stage.
  private func valueKey(_ compared: ComparedColumn) -> String {
    guard let pipeline = place.pipelines.last, let stage = pipeline.stages.last else {
      return compared.name
    }
    let lower = place.tree.statements.last?.span.lower ?? 0
    return place.tree.source[Span(lower, max(lower, stage.span.lower))] + "\u{0}" + compared.name
  }

  private func closing(_ quote: OpenQuote) -> String {
    guard let character = quote.character, follows != character.asciiValue else { return "" }
    return String(character)
  }
}

extension Scalar {
  /// The value as a statement would write it; nil where none would.
  fileprivate var literal: String? {
    switch self {
    case .string(let text): spelled(text: text)
    case .bool, .int, .long, .real: text
    case .datetime: "datetime(\(text))"
    case .timespan: "timespan(\(text))"
    case .guid: "guid(\(text))"
    case .decimal: "decimal(\(text))"
    case .dynamic, .null: nil
    }
  }
}

extension Engine {
  /// A value of a column and in how many of the rows looked at it stands.
  struct FrequentValue: Sendable {
    let value: Scalar
    let count: Int
  }

  /// As many values as are kept of a column.
  private static let frequentValueCount = 1000
  /// So many blocks of a stored table are looked at: a quarter of a million rows.
  private static let frequentValueBlocks = 4

  /// The most frequent values of a column of a plan, from an even sample of large tables; kept until the
  /// next statement under a key.
  func frequentValues(of column: Int, in plan: Plan, key: String) -> [FrequentValue] {
    if let known = frequentValues[key] { return known }
    let field = plan.fields[column]
    let narrow = Plan.compute(
      plan.sampled(blockCount: Self.frequentValueBlocks),
      [Plan.Output(field, .column(index: column, type: field.type))])
    let table = try? Execution(makeContext()).run(Optimiser.optimised(narrow))
    let values = table.map { Self.counted($0.columns[0]) } ?? []
    frequentValues[key] = values
    return values
  }

  private static func counted(_ column: Column) -> [FrequentValue] {
    guard column.type != .dynamic, column.count > 0 else { return [] }
    let groups = group(by: [column], rowCount: column.count)
    let counts = Buffer<Int64>(count: groups.count) { target in
      for row in 0..<column.count { target[Int(groups.ids.base[row])] += 1 }
    }
    let order = topOrder(
      [SortColumn(Column(.long, .longs(counts)), isDescending: true, nullsFirst: false)],
      rowCount: counts.count, count: frequentValueCount)
    let values = column.gathered(by: groups.firstRows)
    return order.array.map(Int.init).compactMap { index in
      let value = values.scalar(index)
      return value.isMissing ? nil : FrequentValue(value: value, count: Int(counts[index]))
    }
  }
}
