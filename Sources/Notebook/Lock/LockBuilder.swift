import CasebookEngine
import CasebookLanguage
import CasebookTables
import CasebookValues

/// Gathers the lock of a run, cell by cell.
struct LockBuilder {
  private var gathered: Lock
  /// Names whose values stand beside protected columns somewhere, so that they may be what those hold.
  private var sensitiveNames: Set<String> = []
  private let engine: Engine
  private let key: ProtectionKey?
  private let keepsValues: Bool
  /// The name that the present state of each dataset has among the inputs.
  private var present: [String: String] = [:]
  private var loadCounts: [String: Int] = [:]

  /// A lock before the first cell; `keepsValues` says whether small results are kept whole.
  init(engine: Engine, key: ProtectionKey?, keepsValues: Bool, version: String) {
    self.engine = engine
    self.key = key
    self.keepsValues = keepsValues
    gathered = Lock(version: version, numerics: Lock.numerics, zones: ZoneDatabase.version() ?? "")
  }

  /// Adds a cell that has run.
  ///
  /// Cells that are no part of a result, such as `help`, count as well.
  mutating func add(_ cell: Cell, _ record: CellRecord) throws {
    try noteLoad(cell)
    if cell.readsProtected {
      sensitiveNames.formUnion(record.reads.names)
      sensitiveNames.formUnion(record.reads.definitions.keys.compactMap(Self.parameter(ofVersion:)))
    }
    var columns: [String: [String]] = [:]
    for (dataset, read) in record.reads.columns {
      columns[try input(dataset)] = read.sorted()
    }
    let values = engine.parameterValues
    let parameters = record.reads.names.filter { values[$0] != nil }
    var result = record.result
    if !keepsValues { result?.rows = nil }
    if result?.columns.contains(where: \.isProtected) == true
      || !engine.secretNames.isDisjoint(with: parameters)
    {
      gathered.keyID = key?.id
    }
    gathered.cells.append(
      LockCell(
        identity: record.identity, statement: statement(record), columns: columns,
        names: record.reads.names.subtracting(parameters).sorted(),
        parameters: Dictionary(
          uniqueKeysWithValues: parameters.map { ($0, shown(values[$0] ?? "", of: $0)) }),
        definitions: record.reads.definitions.mapValues { text in
          record.mentionsProtected ? key?.hash(text) ?? "-" : shortHash(text)
        },
        clock: clock(record.reads),
        seed: record.reads.readsSeed
          ? record.reads.seeds.sorted().map(String.init).joined(separator: ", ") : nil,
        result: result))
  }

  /// The lock of the cells so far.
  ///
  /// Where one asks for a person's rows by a name that `let` or `param` gave to what a protected column holds, the
  /// definition is kept as a keyed hash, too.
  var lock: Lock {
    guard !sensitiveNames.isEmpty else { return gathered }
    var lock = gathered
    for index in lock.cells.indices {
      let cell = lock.cells[index]
      let definesSensitive = sensitiveNames.contains { name in
        ["let ", "param "].contains { cell.identity.isNamed(as: $0 + name) }
      }
      if definesSensitive, !cell.statement.hasPrefix("protected ") {
        lock.cells[index].statement = "protected " + (key?.hash(cell.statement) ?? "-")
        lock.keyID = key?.id
      }
      for (name, value) in cell.parameters
      where sensitiveNames.contains(name) && !value.hasPrefix("secret ") {
        lock.cells[index].parameters[name] = "secret " + (key?.hash(name + "=" + value) ?? "-")
      }
    }
    return lock
  }

  /// The parameter of a version, of which a definition tells: `param cut in intake@live`.
  private static func parameter(ofVersion definition: String) -> String? {
    let words = definition.split(separator: " ", maxSplits: 2)
    return words.count == 3 && words[0] == "param" ? String(words[1]) : nil
  }

  /// What the clock showed, several where a name was bound under another one; "" where it was not fixed, nil where
  /// nobody asked.
  private func clock(_ reads: CellReads) -> String? {
    guard reads.readsClock else { return nil }
    guard !reads.isVolatile else { return "" }
    return reads.clocks.compactMap { $0 }.sorted().map { Instant.text($0) }.joined(separator: ", ")
  }

  /// A secret is known again by its keyed hash.
  private func shown(_ value: String, of parameter: String) -> String {
    guard engine.secretNames.contains(parameter) else { return value }
    return "secret " + (key?.hash(parameter + "=" + value) ?? "-")
  }

  /// A statement that reads protected columns may hold their values, so it is kept as a keyed hash.
  private func statement(_ record: CellRecord) -> String {
    guard record.mentionsProtected else { return record.canonicalText }
    return "protected " + (key?.hash(record.canonicalText) ?? "-")
  }

  /// A load makes another input of the same name.
  private mutating func noteLoad(_ cell: Cell) throws {
    guard case .command(let command) = cell.statement.kind, command.name == "load",
      !cell.isFailure
    else { return }
    // The name may follow from the file's, so all that came or changed is looked at.
    let wanted = (command.name("as") ?? command.name("append"))?.text
    for name in engine.datasetNames where wanted == nil || name == wanted {
      if wanted != nil || present[name] == nil {
        present[name] = nil
        _ = try input(name)
      }
    }
  }

  /// The name of the dataset's present state among the inputs, which it joins if it is new.
  private mutating func input(_ dataset: String) throws -> String {
    if let known = present[dataset] { return known }
    guard let source = try engine.rows(ofDataset: dataset) else { return dataset }
    let count = loadCounts[dataset, default: 0]
    loadCounts[dataset] = count + 1
    let name = count == 0 ? dataset : "\(dataset) (\(count + 1))"
    present[dataset] = name
    gathered.inputs.append(try facts(name, dataset, source))
    return name
  }

  private mutating func facts(
    _ name: String, _ dataset: String, _ source: any TableSource
  ) throws -> LockInput {
    let context = engine.contextForRecord()
    let open = source.fields.indices.filter { !source.fields[$0].isProtected }
    let print = try fingerprint(of: source, columns: open, context: context)
    let hidden = source.fields.indices.filter { source.fields[$0].isProtected }
    var columns = Dictionary(
      uniqueKeysWithValues: print.columns.map { ($0.name, $0.content.description) })
    if !hidden.isEmpty {
      gathered.keyID = key?.id
      for column in try fingerprint(of: source, columns: hidden, context: context).columns {
        columns[column.name] = key?.hash(column.name + "=" + column.content.description)
      }
    }
    let files = try engine.files(ofDataset: dataset)
    return LockInput(
      name: name, paths: files.map(\.path), hashes: files.map(\.sha256), rowCount: source.rowCount,
      content: print.content, order: print.order,
      columns: source.fields.map {
        ResultDigest.Column(
          name: $0.name, type: $0.type.name, isProtected: $0.isProtected, content: columns[$0.name])
      })
  }
}

/// 16 hexadecimal digits that stand for a text.
func shortHash(_ text: String) -> String {
  let digits = String(UInt64(bitPattern: XXHash64.hash(text)), radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
