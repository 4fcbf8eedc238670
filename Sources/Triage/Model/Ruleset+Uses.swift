import CasebookLanguage
import CasebookValues

extension Ruleset {
  /// The queues that cases can come to, also by waiting too long.
  public var usedQueues: Set<String> {
    var names = Set(rules.compactMap(\.exclusive?.queue) + nevers.map(\.queue))
    names.formUnion([fallback?.queue, unknown?.queue].compactMap { $0 })
    names.remove("")
    var open = Array(names)
    while let name = open.popLast() {
      if let next = queues[name]?.escalatesTo, names.insert(next).inserted { open.append(next) }
    }
    return names
  }

  /// The lists that conditions name.
  public var usedLists: Set<String> {
    var names: Set<String> = []
    let conditions =
      rules.map(\.when) + nevers.map(\.when) + rights.map(\.right) + rights.compactMap(\.wrong)
    for condition in conditions {
      condition.walk { node in
        if let name = node as? Name, lists[name.text] != nil { names.insert(name.text) }
      }
    }
    return names
  }
}

extension Queue {
  /// The clauses as they are written.
  var text: String {
    var words: [String] = []
    if hours != .always { words.append("hours " + quotedText(hours.text)) }
    if let staff { words.append("staff " + Scalar.real(staff).text) }
    if let handlingTicks { words.append("aht " + lengthText(handlingTicks)) }
    if order != .oldest { words.append("order " + order.rawValue) }
    if let limitTicks {
      words.append("sla " + lengthText(limitTicks) + (limitIsOpenTime ? " open" : ""))
    }
    if let escalatesTo, let escalatesAfterTicks {
      words.append("escalates \(spelled(escalatesTo)) after \(lengthText(escalatesAfterTicks))")
    }
    return words.joined(separator: " ")
  }
}
