import CasebookTables
import CasebookValues
import GRDB

/// Where a load goes: a new name, one to replace, or one to append to.
struct LoadTarget {
  let name: String
  let existing: CatalogueEntry?
  let appendedTo: AppendTarget?

  init(_ database: Database, _ store: Store, name: String, mode: LoadMode) throws {
    self.name = name
    existing = try CatalogueEntry(database, name: name)
    if existing == nil { try CatalogueEntry.requireFree(database, name: name) }
    appendedTo = mode == .append ? existing.map { AppendTarget(entry: $0, store: store) } : nil
  }
}

/// The dataset that rows are appended to.
struct AppendTarget {
  let entry: CatalogueEntry
  let store: Store

  var fields: [CatalogueEntry.StoredField] { entry.fields }
  var segments: [CatalogueEntry.Segment] { entry.segments }

  /// Where each of `incoming` stands here; an error lists what differs.
  func places(of incoming: [Field]) throws -> [Int] {
    var differences: [String] = []
    var places: [Int] = []
    for field in incoming {
      guard let place = fields.firstIndex(where: { $0.field.name == field.name }) else {
        differences.append("`\(field.name)` is new")
        continue
      }
      if fields[place].field.type != field.type {
        let existing = fields[place].field.type.name
        differences.append("`\(field.name)` is \(field.type.name), not \(existing)")
      }
      places.append(place)
    }
    for field in fields where !incoming.contains(where: { $0.name == field.field.name }) {
      differences.append("`\(field.field.name)` is missing")
    }
    guard differences.isEmpty else {
      throw WorkspaceError.columnsDiffer(dataset: entry.name, differences: differences)
    }
    return places
  }

  /// The dictionaries that text columns have so far.
  ///
  /// All entries count, also those that only a version taken back ever used: their codes are given.
  func bases() throws -> [TextColumn.Base?] {
    try fields.map { field in
      guard let id = field.dictionary else { return nil }
      let dictionary = try store.currentDictionary(id, of: entry.name)
      return TextColumn.Base(id: id, dictionary: dictionary)
    }
  }
}
