import ArgumentParser
import CasebookShell

/// `casebook cache`.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Says what is kept of earlier runs, or drops it.",
    discussion: """
      A script that is run again does not compute what nothing changed for: results are kept in \
      $XDG_CACHE_HOME/casebook, within bounds, and none with protected columns.
      """, subcommands: [Clear.self])

  /// `casebook cache clear`.
  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Drops all results that are kept.")

    @OptionGroup var options: CommonOptions

    func run() throws { throw options.shell().clearCache() }
  }
}
