import CasebookTables
import CasebookValues

extension CaseGroups {
  /// Each group cut in two: the cases of group g for which a condition holds are 2 g, the others 2 g + 1.
  func split(_ caseCount: Int, where isFirst: (Int) -> Bool) -> CaseGroups {
    CaseGroups(
      count: 2 * count, columns: [],
      ids: Buffer(count: caseCount) { target in
        for number in 0..<caseCount {
          target[number] = Int32(2 * self[number] + (isFirst(number) ? 0 : 1))
        }
      })
  }

  /// All cases cut in two.
  static func sides(_ caseCount: Int, where isFirst: (Int) -> Bool) -> CaseGroups {
    CaseGroups(count: 1, columns: [], ids: nil).split(caseCount, where: isFirst)
  }

  /// The values of a group as a sentence names it.
  func name(_ group: Int) -> String {
    let names = columns.map { column in
      if case .datetime(let ticks) = column.scalar(group) { return Spoken.moment(ticks) }
      let text = column.scalar(group).text
      return text.isEmpty ? "(none)" : text
    }
    return names.joined(separator: ", ")
  }
}
