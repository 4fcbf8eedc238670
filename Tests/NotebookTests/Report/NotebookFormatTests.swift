import CasebookNotebook
import CasebookTestSupport
import Testing

/// A notebook is one that Jupyter's own library finds valid, and that its runner opens without running a cell.
@Suite struct NotebookFormatTests {
  private static let python = ["/usr/bin/env", "/bin/env"].first(where: Places.exists)

  private static func has(_ module: String) -> Bool {
    guard let python, let process = ChildProcess(python, ["python3", "-c", "import \(module)"])
    else { return false }
    return process.wait() == 0
  }

  private static let script = """
    // # A notebook
    // {{ one.n }} and `code`.
    print n = 1 | as one
    datatable(q: string, n: long)["a", 3, "b", 5] | render barchart
    expect one is n ~ 1 within 0.1 because "one is one"
    print nosuch
    """

  /// Has Python read the notebook and do something with it; gives what it says.
  private func said(_ statements: String) throws -> String {
    let folder = TemporaryFolder()
    folder.write("report.ipynb", Array(try Reporting().text(Self.script, as: .ipynb).utf8))
    let program = """
      import nbformat
      book = nbformat.read("\(folder.path("report.ipynb"))", as_version=4)
      nbformat.validate(book)
      \(statements)
      """
    let python = try #require(Self.python)
    let process = try #require(
      ChildProcess(python, ["python3", "-c", program]))
    let status = process.wait()
    try #require(status == 0, "\(process.errors)")
    return process.output
  }

  @Test(.enabled(if: has("nbformat"), "Python's nbformat is not installed"))
  func isValid() throws {
    #expect(
      try said(
        "print(book.nbformat, book.nbformat_minor, [c.cell_type[0] for c in book.cells], len({c.id for c in book.cells}))"
      ) == "4 5 ['m', 'c', 'c', 'c', 'c', 'm'] 6\n")
  }

  @Test(.enabled(if: has("nbclient") && has("ipykernel"), "Python's nbclient is not installed"))
  func opensAndKeepsItsOutputs() throws {
    let statements = """
      import json, warnings
      warnings.simplefilter("ignore")
      from nbclient import NotebookClient
      before = json.dumps([c.get("outputs") for c in book.cells])
      NotebookClient(book, timeout=60).execute()
      print(before == json.dumps([c.get("outputs") for c in book.cells]))
      """
    #expect(try said(statements) == "True\n")
  }
}
