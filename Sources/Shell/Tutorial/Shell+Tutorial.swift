import CasebookEngine
import CasebookGenerate
import CasebookLanguage
import CasebookNotebook
import CasebookTables
import CasebookValues
import Glibc
import Synchronization

extension Shell {
  /// The names of the tutorials, for completion by the system's shell.
  public static var tutorialNames: [String] { TutorialLibrary.names }

  /// Lists the tutorials with how far one is in each.
  public func listTutorials() -> ExitStatus {
    do {
      let all = try TutorialLibrary.all()
      try printer.print(Self.table(of: all))
      if Console.outputIsTerminal, !options.isQuiet {
        let open = all.first { !TutorialProgress.read($0.name).isFinished } ?? all.first
        try errors.write("`casebook tutorial \(open?.name ?? "NAME")` starts one, or goes on.\n")
        try errors.flush()
      }
      return .done
    } catch OutputError.closed {
      return .done
    } catch {
      return failed(error)
    }
  }

  private static func table(of tutorials: [Tutorial]) -> Table {
    Table(
      fields: [
        Field("tutorial", .string), Field("minutes", .long), Field("done", .string),
        Field("about", .string),
      ],
      rows: tutorials.map { tutorial in
        let progress = TutorialProgress.read(tutorial.name)
        let (done, all) = progress.count(in: tutorial)
        return [
          .string(tutorial.name), .long(Int64(tutorial.minutes)),
          .string(progress.isFinished ? "finished" : "\(done) of \(all)"),
          .string(tutorial.summary),
        ]
      })
  }

  /// Plays a tutorial from where it was left, or from its start.
  public func tutorial(_ name: String, restarts: Bool) -> ExitStatus {
    do {
      guard let tutorial = try find(name) else { return unknown(name) }
      let folder = try TutorialFolder(tutorial: tutorial.name)
      // What is typed there, also to other commands, means the tutorial's own files.
      guard chdir(folder.path) == 0 else { throw FileError("open", folder.path) }
      let current = CurrentCanceller()
      Interrupts.watch(leavesOnSecond: false) { current.cancel() }
      let run = try TutorialRun(
        tutorial, in: folder, surroundings(watchedBy: current, directory: { _ in nil }))
      defer { run.close() }
      try play(run, restarts: restarts)
      return .done
    } catch OutputError.closed {
      return .done
    } catch {
      return failed(error)
    }
  }

  private func play(_ run: TutorialRun, restarts: Bool) throws {
    let tutorial = run.tutorial
    var progress = TutorialProgress.read(tutorial.name)
    let isAnew = restarts || progress.isFinished && progress.current == nil
    if isAnew { progress.done = [:] }
    let index = isAnew ? 0 : progress.place(in: tutorial)
    let note = Self.welcomeBack(progress, tutorial, index)
    let guide = TutorialGuide(self, run, progress)
    guard try guide.begin(at: index, note: note) else { return }
    let reader = makeReader(guide) { !TutorialGuide.isAddressed($0) && needsMoreLines($0) }
    try Conversation(self, reader, guide, guide: guide).hold()
  }

  private static func welcomeBack(
    _ progress: TutorialProgress, _ tutorial: Tutorial, _ index: Int
  ) -> String? {
    guard !progress.done.isEmpty else { return nil }
    let isGone = progress.current.map { current in
      !tutorial.steps.contains { $0.title == current }
    }
    return isGone == true
      ? "This tutorial has changed since you were here; it goes on with step \(index + 1)."
      : "Welcome back. `back` goes a step back; `casebook tutorial \(tutorial.name) --restart` begins anew."
  }

  /// The tutorial of a name, or in a script of somebody's own.
  private func find(_ name: String) throws -> Tutorial? {
    guard name.hasSuffix(".cb") else { return try TutorialLibrary.tutorial(name) }
    let file = name.split(separator: "/").last ?? ""
    return try TutorialLibrary.tutorial(String(file.dropLast(3)), text: readText(name))
  }

  private func unknown(_ name: String) -> ExitStatus {
    let near = nearest(to: name, in: TutorialLibrary.names)
    complain(
      "there is no tutorial '\(name)'; "
        + (near.map { "did you mean \($0)?" }
          ?? "there are " + TutorialLibrary.names.joined(separator: ", ")))
    return .usage
  }

  // MARK: Check

  /// Plays tutorials with their own answers and says which step breaks.
  ///
  /// None stands for all that come along.
  public func checkTutorials(_ names: [String]) -> ExitStatus {
    var status = ExitStatus.done
    for name in names.isEmpty ? TutorialLibrary.names : names {
      status = max(status, checkTutorial(name))
    }
    return status
  }

  private func checkTutorial(_ name: String) -> ExitStatus {
    do {
      guard let tutorial = try find(name) else { return unknown(name) }
      let current = CurrentCanceller()
      try TutorialCheck.check(tutorial, surroundings(watchedBy: current, directory: { $0 }))
      guard !options.isQuiet else { return .done }
      try errors.write("\(name): \(tutorial.steps.count { $0.task != nil }) answers are right\n")
      try errors.flush()
      return .done
    } catch {
      return failed(error)
    }
  }

  private func failed(_ error: any Error) -> ExitStatus {
    guard let error = error as? NotebookError else {
      complain("\(error)")
      return .failed
    }
    complain(error.description + (error.help.map { "; " + $0 } ?? ""))
    return .failed
  }

  // MARK: Surroundings

  private func surroundings(
    watchedBy current: CurrentCanceller, directory: @escaping (String) -> String?
  ) -> TutorialSurroundings {
    TutorialSurroundings(
      makeEngine: { [self] folder in
        let engine = try makeEngine(directory: directory(folder))
        KeptSettings().apply(to: engine)
        current.use(engine.canceller)
        return engine
      },
      generate: { data, folder in
        _ = try Operation(cases: data.cases, seed: data.seed, threads: coreCount())
          .write(to: folder, replace: true)
      },
      run: { arguments, folder, isQuiet in
        runProgram(arguments, in: folder, isQuiet: isQuiet)
      })
  }
}

/// The engine that Ctrl-C means, while tutorials make one after the other.
private final class CurrentCanceller: Sendable {
  private let cancellers = Mutex<[Canceller]>([])

  /// Adds one; an engine and its double are made by turns.
  func use(_ canceller: Canceller) { cancellers.withLock { $0 = $0.suffix(1) + [canceller] } }

  func cancel() {
    for canceller in cancellers.withLock({ $0 }) { canceller.cancel() }
  }
}

/// Runs this program again in a folder and gives its exit status; 127 where that is not possible.
private func runProgram(_ arguments: [String], in folder: String, isQuiet: Bool) -> Int32 {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  if isQuiet {
    for descriptor: Int32 in [1, 2] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
  }
  let words = (["casebook"] + arguments).map { strdup($0) }
  defer { for word in words { free(word) } }
  // The child begins where the parent stands; nothing else of this program looks there meanwhile.
  let here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  defer { close(here) }
  guard chdir(folder) == 0 else { return 127 }
  defer { fchdir(here) }
  var process: pid_t = 0
  guard posix_spawn(&process, "/proc/self/exe", &actions, nil, words + [nil], environ) == 0 else {
    return 127
  }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0, errno == EINTR {}
  Interrupts.clear()
  return status & 0x7F == 0 ? (status >> 8) & 0xFF : 130
}
