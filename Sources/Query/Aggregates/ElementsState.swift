import CasebookTables
import CasebookValues

/// The elements of all arrays of a group, in order: what `make_set` of arrays gives, and a merge of sketches.
///
/// /// `@unchecked Sendable`: one worker at a time owns a state.
final class ElementsState: AggregateState, @unchecked Sendable {
  private let inner: ListState
  private let keepsOthers: Bool

  /// With `keepsOthers` a value that is no array stands for itself.
  init(isSet: Bool, most: Int = .max, keepsOthers: Bool = false) {
    inner = ListState(.dynamic, keepsNulls: false, isSet: isSet, most: most)
    self.keepsOthers = keepsOthers
  }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    var elements = ColumnBuilder(.dynamic)
    var owners = BufferBuilder<Int32>()
    for row in 0..<rowCount {
      let values: [Dynamic]
      switch arguments[0].scalar(row) {
      case .dynamic(.array(let elements)): values = elements
      case .dynamic(let value) where keepsOthers: values = [value]
      default: continue
      }
      for value in values {
        elements.append(.dynamic(value))
        owners.append(groups[row])
      }
    }
    let count = elements.count
    let owner = owners.finish()
    inner.update(
      groups: owner.base, arguments: [.column(elements.finish())], rowCount: count,
      groupCount: groupCount)
    withExtendedLifetime(owner) {}
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? ElementsState else { return }
    inner.merge(later.inner, groups: groups, count: count, groupCount: groupCount)
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    try inner.finish(groupCount: groupCount, context)
  }
}
