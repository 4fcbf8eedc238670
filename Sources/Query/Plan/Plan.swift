public import CasebookTables
import CasebookValues

/// A typed plan: which table comes from which by what operation.
///
/// A value without closures of its own, so that it can be printed, rewritten and run.
public indirect enum Plan: Sendable {
  /// A stored table.
  case scan(Scan)
  /// A table that is already there: `datatable`, `print`, listings.
  case values(Table)
  /// Rows for which the condition is true.
  case filter(Plan, BoundExpression)
  /// One column an output, computed row by row.
  case compute(Plan, [Output])
  /// One row a group of equal keys.
  case summarize(Plan, Grouping)
  /// All rows, in another order.
  case sort(Plan, [SortKey])
  /// The first rows of a sort.
  case top(Plan, [SortKey], count: Int)
  /// The first rows.
  case take(Plan, count: Int)
  /// Pairs of rows with equal keys.
  case join(Plan, Plan, Join)
  /// The rows of one table after those of another, all with the same columns.
  case union([Plan])
  /// Anything else that makes a table from whole tables.
  case apply(any TableOperation, [Plan])
  /// A table that several places read and that is computed once.
  case shared(Plan, id: Int)

  /// A stored table and the columns that are read from it.
  public struct Scan: Sendable {
    /// The dataset's name.
    public var name: String
    /// Where its rows are.
    public var source: any TableSource
    /// Which of the source's columns, in order.
    public var columns: [Int]
    /// Conditions on the scan's columns by which blocks are skipped; rows are still tested by a
    /// filter above.
    public var skips: [BoundExpression] = []
    /// The roles that the columns play where the dataset is a log.
    public var roles: LogRoles?
    /// Names of columns that are known only after the decision, as `late` declares them.
    public var late: Set<String> = []

    /// A scan of all columns.
    public init(name: String, source: any TableSource, roles: LogRoles? = nil) {
      self.name = name
      self.source = source
      self.roles = roles
      columns = Array(source.fields.indices)
    }
  }

  /// A computed column.
  public struct Output: Sendable {
    /// Name, type and protection.
    public var field: Field
    /// Its value.
    public var expression: BoundExpression

    /// An output.
    public init(_ field: Field, _ expression: BoundExpression) {
      self.field = field
      self.expression = expression
    }
  }

  /// Keys and aggregates of a `summarize` or `distinct`.
  public struct Grouping: Sendable {
    /// One column a key.
    public var keys: [Output]
    /// The aggregates.
    public var aggregates: [Aggregate]

    /// A grouping.
    public init(keys: [Output], aggregates: [Aggregate]) {
      self.keys = keys
      self.aggregates = aggregates
    }
  }

  /// An aggregate over bound arguments.
  public struct Aggregate: Sendable {
    /// The function's name.
    public var name: String
    /// The columns it yields.
    public var fields: [Field]
    /// Its arguments.
    public var arguments: [BoundExpression]
    /// A fresh state.
    public var makeState: @Sendable () -> any AggregateState

    /// An aggregate.
    public init(
      name: String, fields: [Field], arguments: [BoundExpression],
      makeState: @escaping @Sendable () -> any AggregateState
    ) {
      self.name = name
      self.fields = fields
      self.arguments = arguments
      self.makeState = makeState
    }
  }

  /// One key of an order.
  public struct SortKey: Sendable {
    /// The value compared.
    public var expression: BoundExpression
    /// Greatest first.
    public var isDescending: Bool
    /// Rows without a value (and NaN) before all others.
    public var nullsFirst: Bool

    /// A key.
    public init(_ expression: BoundExpression, isDescending: Bool, nullsFirst: Bool) {
      self.expression = expression
      self.isDescending = isDescending
      self.nullsFirst = nullsFirst
    }
  }

  /// How two tables are joined.
  public struct Join: Sendable {
    /// KQL's kinds, and the lookup forms that leave out the right keys.
    public enum Kind: String, Sendable, CaseIterable {
      case innerunique, inner, leftouter, rightouter, fullouter
      case leftsemi, rightsemi, leftanti, rightanti
    }
    /// The kind.
    public var kind: Kind
    /// Equal-valued pairs of columns: left, right, of the same type.
    public var keys: [(left: Int, right: Int)]
    /// The columns of the result: which side, which column, and its field.
    public var outputs: [(isRight: Bool, column: Int, field: Field)]
    /// Whether the kind was left to the default, so that rows it drops are worth a warning.
    public var isBare = false

    /// A join.
    public init(
      kind: Kind, keys: [(left: Int, right: Int)],
      outputs: [(isRight: Bool, column: Int, field: Field)]
    ) {
      self.kind = kind
      self.keys = keys
      self.outputs = outputs
    }
  }
}

/// An operation that takes whole tables and makes one: the form of most stages.
public protocol TableOperation: Sendable {
  /// What `explain` prints, such as `mv-expand tags`.
  var title: String { get }
  /// The columns of the result.
  var fields: [Field] { get }
  /// The rows of the result, guessed from the rows of the inputs.
  func estimatedRows(_ inputs: [Int]) -> Int
  /// How `render` without a kind draws the result; nil where a table says it best.
  var drawing: RenderHint? { get }
  /// The columns that a screen with no room for all shows, the most telling first; empty for the first ones.
  var mainColumns: [String] { get }
  /// What `render` without a kind shows in its place, over the same inputs; nil for its own rows.
  var drawn: (any TableOperation)? { get }
  /// Whether no row of the first input is left out, or only whole cases of a log are; columns have the names that
  /// they had.
  var keepsRows: Bool { get }
  /// The operation over inputs that hold less, where what is known already stands for the rest.
  ///
  /// Such an operation may throw `DerivedMismatch` when that proves wrong; then this one runs over the whole inputs.
  func shortened(
    _ inputs: [Plan], _ context: RunContext
  ) -> (operation: any TableOperation, inputs: [Plan])?
  /// Makes the result. Throws only `RunError` and errors of its own that say what to do.
  func run(_ inputs: [Table], _ context: RunContext) throws -> Table
}

/// An operation that runs plans of its own besides its inputs.
protocol RunsPlans: TableOperation {
  /// These plans.
  var plans: [Plan] { get }
}

extension TableOperation {
  /// As many rows as the first input.
  public func estimatedRows(_ inputs: [Int]) -> Int { inputs.first ?? 1 }
  /// As a table.
  public var drawing: RenderHint? { nil }
  /// The first ones.
  public var mainColumns: [String] { [] }
  /// Its own rows.
  public var drawn: (any TableOperation)? { nil }
  /// Rows may be left out.
  public var keepsRows: Bool { false }
  /// It needs all of its inputs.
  public func shortened(
    _ inputs: [Plan], _ context: RunContext
  ) -> (operation: any TableOperation, inputs: [Plan])? { nil }
}

extension Plan {
  /// The columns of the result.
  public var fields: [Field] {
    switch self {
    case .scan(let scan): scan.columns.map { scan.source.fields[$0] }
    case .values(let table): table.fields
    case .filter(let input, _), .sort(let input, _), .top(let input, _, _), .take(let input, _),
      .shared(let input, _):
      input.fields
    case .compute(_, let outputs): outputs.map(\.field)
    case .summarize(_, let grouping):
      grouping.keys.map(\.field) + grouping.aggregates.flatMap(\.fields)
    case .join(_, _, let join): join.outputs.map(\.field)
    case .union(let legs): legs.first?.fields ?? []
    case .apply(let operation, _): operation.fields
    }
  }

  /// The plans that this one reads.
  public var inputs: [Plan] {
    switch self {
    case .scan, .values: []
    case .filter(let input, _), .compute(let input, _), .summarize(let input, _),
      .sort(let input, _), .top(let input, _, _), .take(let input, _), .shared(let input, _):
      [input]
    case .join(let left, let right, _): [left, right]
    case .union(let legs): legs
    case .apply(_, let inputs): inputs
    }
  }

  /// The plan whose rows `render` without a kind draws.
  public var drawn: Plan {
    if case .apply(let operation, let inputs) = self, let drawn = operation.drawn {
      return .apply(drawn, inputs)
    }
    return self
  }

  /// How `render` without a kind draws the result: as the last analysis says whose columns are all here.
  public var drawing: RenderHint? {
    switch self {
    case .filter(let input, _), .sort(let input, _), .top(let input, _, _), .take(let input, _),
      .shared(let input, _):
      input.drawing
    case .apply(let operation, _): operation.drawing
    case .values(let table): table.drawing
    case .scan, .compute, .summarize, .join, .union: nil
    }
  }

  /// The columns that a screen with no room for all shows, as the last analysis says whose columns are all here.
  public var mainColumns: [String] {
    switch self {
    case .filter(let input, _), .sort(let input, _), .top(let input, _, _), .take(let input, _),
      .shared(let input, _):
      input.mainColumns
    case .apply(let operation, _): operation.mainColumns
    case .values(let table): table.mainColumns
    case .scan, .compute, .summarize, .join, .union: []
    }
  }
}
