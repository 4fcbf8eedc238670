extension Engine {
  /// What came of a text that is run on the side: the session stays as it was, its last result too.
  ///
  /// Meant for questions; what a command does to the workspace stays done.
  public func probe(_ text: String) -> Cell.Output {
    let before = (session, correction, undoSteps, frequentValues)
    defer { (session, correction, undoSteps, frequentValues) = before }
    var output = Cell.Output.nothing
    run(text) { output = $0.output }
    return output
  }
}
