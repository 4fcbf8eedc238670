/// What makes a report of a script; the engine knows how to be asked, not how it is done.
public protocol ScriptRenderer: Sendable {
  /// Runs a script from a clean workspace and writes the report; gives a line about it.
  ///
  /// The configuration is that of the engine that was asked.
  func render(script: String, to out: String, replaces: Bool, configuration: Configuration) throws
    -> String
}
