import CasebookTables
import CasebookValues

/// How a value of one type becomes one of another on its way into a function.
enum Conversion {
  /// What converts a column of `source` to `target`.
  static func implementation(from source: ScalarType, to target: ScalarType) -> Implementation {
    switch (source, target) {
    case (.int, .long), (.real, .decimal), (.decimal, .real):
      return .vector { arguments in retyped(arguments[0], target) }
    case (.int, .real), (.long, .real), (.int, .decimal), (.long, .decimal):
      return .realToReal { $0 }
    default:
      return .rows(nulls: .propagate) { $0[0].converted(to: target) }
    }
  }

  /// The same stored values under another type that stores them alike.
  private static func retyped(_ vector: Vector, _ target: ScalarType) -> Vector {
    switch vector {
    case .constant(let scalar): .constant(scalar.converted(to: target))
    case .column(let column): .column(Column(target, column.data, validity: column.validity))
    }
  }
}
