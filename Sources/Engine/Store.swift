import CasebookQuery

/// The workspace as the engine uses it, opened when first needed.
final class Store {
  init(_ configuration: Configuration) throws {}
  func close() throws {}
}

extension Engine {
  var catalog: any Catalog { EmptyCatalog() }
  func isTable(_ name: String) -> Bool { false }
}
