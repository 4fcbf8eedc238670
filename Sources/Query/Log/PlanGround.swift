import CasebookTables

/// Where the rows of a plan come from: the table below all that filters, sorts and computes.
public struct PlanGround: Sendable {
  /// The table before any filter.
  public var base: Plan
  /// For each of the plan's columns the column of `base` that it is; nil for one that was computed.
  public var columns: [Int?]
  /// Whether a stage on the way may have left out some of a case's rows.
  public var isCut = false
  /// Whether the rows are those of `base`, in their order.
  public var isWhole = true
  /// The log that `base` is, where it is known to be one.
  public var roles: LogRoles?
  /// The tables that a union joins besides `base`, with the same columns.
  public var others: [PlanGround] = []

  init(_ base: Plan, roles: LogRoles? = nil) {
    self.base = base
    self.roles = roles
    columns = base.fields.indices.map { $0 }
  }

  /// The ground of rows that were picked from, or reordered.
  func picked(cuts: Bool) -> PlanGround {
    var ground = self
    ground.isCut = isCut || cuts
    ground.isWhole = false
    return ground
  }

  /// The ground of rows with other columns: for each the column that it was.
  func mapped(_ positions: [Int?]) -> PlanGround {
    var ground = self
    ground.columns = positions.map {
      $0.flatMap { columns.indices.contains($0) ? columns[$0] : nil }
    }
    ground.others = others.map { $0.mapped(positions) }
    return ground
  }
}

extension Plan {
  /// Where the rows come from.
  ///
  /// Columns are followed through everything that keeps rows apart; a table that was grouped or otherwise made
  /// anew is a ground of its own.
  public var ground: PlanGround {
    switch self {
    case .scan(let scan): return PlanGround(self, roles: scan.roles)
    case .shared(let input, _): return input.ground
    case .filter(let input, _), .top(let input, _, _), .take(let input, _):
      return input.ground.picked(cuts: true)
    case .sort(let input, _): return input.ground.picked(cuts: false)
    case .compute(let input, let outputs):
      return input.ground.mapped(
        outputs.map {
          if case .column(let index, _) = $0.expression { index } else { nil }
        })
    case .join(let left, _, let join):
      // What is looked up for a row is no column of the log; a kind that leaves rows out cuts cases.
      return left.ground.picked(cuts: join.kind != .leftouter && join.kind != .fullouter)
        .mapped(join.outputs.map { $0.isRight ? nil : $0.column })
    case .union(let legs): return Self.ground(of: legs) ?? PlanGround(self)
    case .apply(let operation, let inputs):
      if let known = operation as? any LogCarrying { return known.ground(self) }
      return Self.ground(of: operation, inputs.first) ?? PlanGround(self)
    case .values, .summarize: return PlanGround(self)
    }
  }

  /// An operation that keeps all rows or all columns of its input is taken to work on its rows.
  private static func ground(of operation: any TableOperation, _ input: Plan?) -> PlanGround? {
    guard let input, !input.fields.isEmpty,
      operation.keepsRows || operation.keepsColumns(of: input.fields)
    else { return nil }
    let fields = input.fields
    let positions = operation.fields.map { field in
      fields.firstIndex { $0.name == field.name && $0.type == field.type }
    }
    return input.ground.picked(cuts: !operation.keepsRows).mapped(positions)
  }

  /// The ground of a union whose legs are all of logs with the same roles.
  private static func ground(of legs: [Plan]) -> PlanGround? {
    let grounds = legs.map(\.ground)
    guard var first = grounds.first, let roles = first.roles,
      grounds.allSatisfy({ $0.roles == roles })
    else { return nil }
    let places = { (ground: PlanGround) in
      LogRole.allCases.map { role in
        roles.columns[role].flatMap { ground.position(ofBaseColumn: $0) }
      }
    }
    guard grounds.allSatisfy({ places($0) == places(first) }) else { return nil }
    first.isCut = grounds.contains(where: \.isCut)
    first.isWhole = false
    first.others = Array(grounds.dropFirst())
    return first
  }
}

extension PlanGround {
  /// Where a column of the base stands now, the first place if it stands in several.
  func position(ofBaseColumn name: String) -> Int? {
    guard let column = base.fields.firstIndex(where: { $0.name == name }) else { return nil }
    return columns.firstIndex(of: column)
  }

  /// This ground and those that a union joined to it.
  public var all: [PlanGround] { [self] + others.flatMap(\.all) }
}

/// An operation that knows which log its rows are from.
protocol LogCarrying: TableOperation {
  /// The ground of the plan that it is the top of.
  func ground(_ plan: Plan) -> PlanGround
}

extension TableOperation {
  /// Whether the columns of the input are all there, so that the rows are the input's with more.
  func keepsColumns(of input: [Field]) -> Bool {
    let names = Set(fields.map(\.name))
    return input.allSatisfy { names.contains($0.name) }
  }
}
