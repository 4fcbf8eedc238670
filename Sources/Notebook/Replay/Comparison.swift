import CasebookTriage

/// Compares what a run gave with what a lock says, cell by cell.
struct Comparison {
  let old: Lock
  let new: Lock

  /// The verdict on every cell: those of the script in order, then those that it has no more.
  func verdicts() -> [Verdict] {
    let matches = CellMatching(old.cells, new.cells)
    var verdicts = new.cells.indices.map { index in
      guard let before = matches.old(for: index) else {
        return Verdict(new.cells[index], .added)
      }
      return verdict(before, index)
    }
    verdicts += matches.removed.map {
      Verdict(old.cells[$0], .removed)
    }
    return verdicts
  }

  private func verdict(_ oldIndex: Int, _ newIndex: Int) -> Verdict {
    let (before, after) = (old.cells[oldIndex], new.cells[newIndex])
    let causes = causes(oldIndex, newIndex)
    let isSame: Bool
    switch (before.result, after.result) {
    case (let before?, let after?): isSame = after.agrees(with: before)
    case (nil, nil): isSame = true
    default: isSame = false
    }
    let kind: Verdict.Kind =
      switch (causes.isEmpty, isSame) {
      case (true, true): .unchanged
      // Under another key nobody can tell whether what is hashed with it changed.
      case (true, false): isBlind(before, after) ? .changed : .notReproducible
      case (false, true): .noEffect
      case (false, false): .changed
      }
    var verdict = Verdict(after, kind, causes)
    if let before = before.result, let after = after.result {
      if !isSame { verdict.difference = RowDifference(before, after) }
      verdict.isPartlyCompared = after.isPartlyCompared(with: before)
    }
    verdict.isPartlyCompared = verdict.isPartlyCompared || isBlind(before, after)
    return verdict
  }

  // MARK: Causes

  /// Whether the two were hashed with different keys, and something of the cell was.
  private func isBlind(_ before: LockCell, _ after: LockCell) -> Bool {
    old.keyID != new.keyID && (before.isKeyed || after.isKeyed)
  }

  private func causes(_ oldIndex: Int, _ newIndex: Int) -> [Cause] {
    let (before, after) = (old.cells[oldIndex], new.cells[newIndex])
    let isBlind = isBlind(before, after)
    var causes: [Cause] = []
    if before.statement != after.statement,
      !(isBlind && before.hasKeyedStatement && after.hasKeyedStatement)
    {
      causes.append(.statement(after.label))
    }
    causes += editedNames(oldIndex, newIndex)
    causes += data(before, after)
    for name in Set(before.parameters.keys).union(after.parameters.keys).sorted() {
      let values = (before.parameters[name] ?? "none", after.parameters[name] ?? "none")
      let areKeyed = values.0.hasPrefix("secret ") && values.1.hasPrefix("secret ")
      if values.0 != values.1, !(isBlind && areKeyed) {
        causes.append(.parameter(name: name, before: values.0, after: values.1))
      }
    }
    let renamed = renamedFiles(before, after)
    for name in Set(before.definitions.keys).union(after.definitions.keys).sorted()
    where before.definitions[name] != after.definitions[name] && !isBlind && !renamed.contains(name)
    {
      causes.append(
        parameterCause(name, oldIndex, newIndex) ?? definitionCause(name, oldIndex, newIndex))
    }
    if let old = before.clock, let new = after.clock {
      if new.isEmpty || old.isEmpty {
        causes.append(.hour)
      } else if old != new {
        let parameters = parameters(behind: "clock ", oldIndex, newIndex)
        causes += parameters.isEmpty ? [.clock(before: old, after: new)] : parameters
      }
    }
    if let old = before.seed, let new = after.seed, old != new {
      let parameters = parameters(behind: "seed ", oldIndex, newIndex)
      causes += parameters.isEmpty ? [.seed(before: old, after: new)] : parameters
    }
    var told: Set<Cause> = []
    return (causes + versions()).filter { told.insert($0).inserted }
  }

  /// Cells that define a name which this one uses and whose statement is another now.
  private func editedNames(_ oldIndex: Int, _ newIndex: Int) -> [Cause] {
    Set(old.cells[oldIndex].names).union(new.cells[newIndex].names).sorted().compactMap { name in
      let labels = ["let " + name, "as " + name]
      let before = definition(labels, old.cells[..<oldIndex])
      let after = definition(labels, new.cells[..<newIndex])
      guard before?.statement != after?.statement, let cell = after ?? before else { return nil }
      if old.keyID != new.keyID, before?.hasKeyedStatement == true,
        after?.hasKeyedStatement == true
      {
        return nil
      }
      return .statement(cell.label)
    }
  }

  /// Files outside the workspace that hold the same bytes under another name; that the statement names another one is
  /// told by itself.
  private func renamedFiles(_ before: LockCell, _ after: LockCell) -> Set<String> {
    let gone = before.definitions.filter {
      $0.key.hasPrefix("file ") && after.definitions[$0.key] == nil
    }
    let come = after.definitions.filter {
      $0.key.hasPrefix("file ") && before.definitions[$0.key] == nil
    }
    var renamed: Set<String> = []
    for (name, hash) in gone {
      let others = come.filter { $0.value == hash }.map(\.key)
      if !others.isEmpty { renamed.formUnion(others + [name]) }
    }
    return renamed
  }

  /// The parameters that set clock or seed, `clock until`, where nothing else about them is another.
  private func parameters(behind word: String, _ oldIndex: Int, _ newIndex: Int) -> [Cause] {
    let before = old.cells[..<oldIndex].filter { $0.statement.hasPrefix(word) }
    let after = new.cells[..<newIndex].filter { $0.statement.hasPrefix(word) }
    guard before.map(\.statement) == after.map(\.statement) else { return [] }
    return zip(before, after).flatMap { before, after in
      before.parameters.keys.sorted().compactMap { name in
        guard let was = before.parameters[name], let now = after.parameters[name], was != now else {
          return nil
        }
        return Cause.parameter(name: name, before: was, after: now)
      }
    }
  }

  /// The parameter that a version was published with, where both scripts published it.
  private func parameterCause(_ name: String, _ oldIndex: Int, _ newIndex: Int) -> Cause? {
    let words = name.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[0] == "param" else { return nil }
    let parameter = String(words[1])
    let values = [old.cells[..<oldIndex], new.cells[..<newIndex]].map { cells in
      cells.last { $0.parameters[parameter] != nil }?.parameters[parameter]
    }
    guard let before = values[0], let after = values[1], before != after else { return nil }
    return .parameter(name: parameter, before: before, after: after)
  }

  /// A rule or another definition, with the clauses that changed where both scripts say them.
  private func definitionCause(_ name: String, _ oldIndex: Int, _ newIndex: Int) -> Cause {
    // A published version is named with its number, which the cell that defined the rule does not have.
    let label = name.split(separator: "@").first.map(String.init) ?? name
    let cells = [
      definition([label], old.cells[..<oldIndex]), definition([label], new.cells[..<newIndex]),
    ]
    let definitions = cells.map { cell in
      cell.flatMap { TriageDefinition.all(in: $0.statement).first }
    }
    guard let before = definitions[0], let after = definitions[1] else {
      return .definition(name: name, before: "", after: "")
    }
    let changes = after.changes(since: before)
    return .definition(
      name: name, before: changes.map(\.before).filter { !$0.isEmpty }.joined(separator: ", "),
      after: changes.map(\.after).filter { !$0.isEmpty }.joined(separator: ", "))
  }

  /// The last cell before another that defines one of these.
  private func definition(_ labels: [String], _ cells: ArraySlice<LockCell>) -> LockCell? {
    cells.last { cell in labels.contains { cell.identity.isNamed(as: $0) } }
  }

  private func data(_ before: LockCell, _ after: LockCell) -> [Cause] {
    Set(before.columns.keys).union(after.columns.keys).sorted().compactMap { name in
      let inputs = (input(name, old), input(name, new))
      guard let was = inputs.0, let now = inputs.1 else {
        return inputs.0 == nil && inputs.1 == nil
          ? nil : .inputSet(input: name, isNew: inputs.0 == nil)
      }
      let read = Set(before.columns[name] ?? []).union(after.columns[name] ?? [])
      let changed = now.columns.filter { column in
        read.contains(column.name)
          && was.columns.first { $0.name == column.name }.map { $0 != column } ?? true
      }.map(\.name)
      if !changed.isEmpty || was.rowCount != now.rowCount {
        return .data(input: name, rows: (was.rowCount, now.rowCount), columns: changed)
      }
      // Each column holds the same values; the rows may still pair or follow each other otherwise.
      if was.content == now.content {
        return was.order == now.order ? nil : .rowOrder(input: name)
      }
      return .data(input: name, rows: (was.rowCount, now.rowCount), columns: [])
    }
  }

  private func input(_ name: String, _ lock: Lock) -> LockInput? {
    lock.inputs.first { $0.name == name }
  }

  private func versions() -> [Cause] {
    var causes: [Cause] = []
    if old.numerics != new.numerics {
      causes.append(
        .version(
          what: "numerics", before: String(old.numerics), after: String(new.numerics)))
    }
    if old.zones != new.zones {
      causes.append(.version(what: "zone rules", before: old.zones, after: new.zones))
    }
    return causes
  }
}

extension Verdict {
  fileprivate init(_ cell: LockCell, _ kind: Kind, _ causes: [Cause] = []) {
    self.init(
      identity: cell.identity, label: cell.label, kind: kind, causes: causes,
      hasResult: cell.result != nil)
  }
}

/// Which cell of a lock is which of the script.
///
/// Equal identities match; a cell whose statement was edited and that no name identifies is matched with
/// the one that stood between the same neighbours.
struct CellMatching {
  private var pairs: [Int: Int] = [:]
  /// The cells of the lock that no cell of the script matches.
  private(set) var removed: [Int] = []

  init(_ old: [LockCell], _ new: [LockCell]) {
    let places = Dictionary(old.indices.map { (old[$0].identity, $0) }) { first, _ in first }
    for (index, cell) in new.enumerated() { pairs[index] = places[cell.identity] }
    var taken = Set(pairs.values)
    for index in new.indices where pairs[index] == nil {
      // The place behind the match of the cell before, if the next match leaves room.
      let before = index == 0 ? -1 : pairs[index - 1] ?? old.count
      let candidate = before + 1
      guard old.indices.contains(candidate), !taken.contains(candidate),
        !old[candidate].identity.isNamed, !new[index].identity.isNamed
      else { continue }
      pairs[index] = candidate
      taken.insert(candidate)
    }
    removed = old.indices.filter { !taken.contains($0) }
  }

  func old(for index: Int) -> Int? { pairs[index] }
}
