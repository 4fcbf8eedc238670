import ArgumentParser
import CasebookShell

/// What `casebook run` does with the lock.
struct ReplayArguments: ParsableArguments {
  @Flag(help: "Write the lock: what each result depended on, and what it was.")
  var lock = false

  @Flag(help: "Compare with the lock, cell by cell; exit with 3 when results are others.")
  var verify = false

  @Flag(
    help: ArgumentHelp(
      "Verify, and say how much of each figure's movement each cause has.",
      discussion:
        "A share is the average over all orders in which the causes may have come; beyond five causes, it is that of the order in which they are listed."
    ))
  var blame = false

  @Option(
    help: ArgumentHelp(
      "A file that an input was read from when the lock was written; for --blame.",
      valueName: "file"))
  var was: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write new results into the lock: of one cell, or of all.", valueName: "cell|all"))
  var accept: String?

  @Option(help: ArgumentHelp("Why they are accepted.", valueName: "reason"))
  var because: String?

  @Flag(help: "Write the verdicts as JSON.")
  var json = false

  @Option(help: ArgumentHelp("Write the verdicts as JUnit's XML, too.", valueName: "file"))
  var junit: String?

  @Flag(help: "Compute every cell, whatever is kept of an earlier run.")
  var fresh = false

  @Flag(help: "Keep no values in the lock, only their hashes.")
  var withoutValues = false

  func validate() throws {
    if lock, verify || blame || accept != nil {
      throw ValidationError("--lock writes anew what --verify and --accept compare with.")
    }
    if accept != nil, because?.isEmpty != false {
      throw ValidationError("--accept needs --because \"...\".")
    }
    if accept == nil, because != nil { throw ValidationError("--because goes with --accept.") }
    if !was.isEmpty, !blame { throw ValidationError("--was goes with --blame.") }
    if json || junit != nil, !verify, !blame {
      throw ValidationError("--json and --junit go with --verify and --blame.")
    }
  }

  func options() throws -> ReplayOptions {
    var options = ReplayOptions()
    options.writesLock = lock
    options.verifies = verify
    options.blames = blame
    options.formerFiles = was
    options.writesJSON = json
    options.junitPath = junit
    options.keepsValues = !withoutValues
    options.isFresh = fresh
    if let accept {
      options.accepts = ReplayOptions.Acceptance(
        cell: accept == "all" ? nil : accept, reason: because ?? "")
    }
    return options
  }
}
