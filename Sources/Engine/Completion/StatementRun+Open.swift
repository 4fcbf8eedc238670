import CasebookLanguage
import CasebookQuery
import CasebookTables

/// What is known of tables while a statement is still being written.
extension StatementRun {
  /// A table without rows that has the columns of a command's, as far as they are known beforehand.
  func openTable(of command: Command) throws(Diagnostic) -> Table {
    do {
      let declaration = CommandCatalogue.command(command.name)
      return Table(fields: try declaration?.columns(command, self) ?? [])
    } catch {
      throw Engine.diagnostic(error, at: command.span)
    }
  }

  /// A table without rows that has the columns of a view or listing; nil when there is none of that name.
  func openListing(_ name: Name) throws(Diagnostic) -> Table? {
    if let view = try withSavedView(name, { Table(fields: $0.fields) }) { return view }
    if let listing = ShowCommand.listing(name.text) {
      do { return Table(fields: try listing(self).fields) } catch {
        throw Engine.diagnostic(error, at: name.span)
      }
    }
    guard let declaration = CommandCatalogue.command(name.text),
      declaration.signature.role == .tableCommand
    else { return nil }
    return try openTable(of: Command(alone: name, name: declaration.signature.name))
  }
}
