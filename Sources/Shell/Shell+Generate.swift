import CasebookEngine
import CasebookGenerate
import CasebookTables
import CasebookValues

extension Shell {
  /// `casebook generate`: writes a synthetic operation and lists the files.
  public func generate(cases: Int, seed: UInt64, to folder: String, replace: Bool) -> ExitStatus {
    Interrupts.watch(leavesOnSecond: false) {}
    let threads = options.configuration.threads ?? coreCount()
    do {
      let files = try Operation(cases: cases, seed: seed, threads: threads)
        .write(to: folder, replace: replace, isCancelled: { Interrupts.isPending })
      try printer.print(table(of: files))
      return .done
    } catch GenerateError.cancelled {
      return .interrupted
    } catch OutputError.closed {
      return .done
    } catch {
      complain("\(error)")
      return .failed
    }
  }

  private func table(of files: [WrittenFile]) -> Table {
    Table(
      fields: [Field("file", .string), Field("rows", .long), Field("bytes", .long)],
      rows: files.map {
        [.string($0.name), .long(Int64($0.rows)), .long(Int64($0.bytes))]
      })
  }
}
