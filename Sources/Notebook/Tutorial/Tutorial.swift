/// A script that teaches: steps with a task each, and a check on what the learner's answer yields.
///
/// `TutorialReader` says how one is written.
public struct Tutorial: Sendable {
  /// The name by which it is called: the file's, without its ending.
  public var name: String
  /// What it is called in a list.
  public var title: String
  /// What one learns, in a sentence.
  public var summary: String
  /// How long it takes a newcomer.
  public var minutes: Int
  /// The data that it is played on.
  public var data: GeneratedData?
  /// What is said before the first step.
  public var introduction: [String]
  /// The steps.
  public var steps: [TutorialStep]
  /// What is said behind the last one.
  public var closing: [String]

  /// A synthetic operation, which is made in the tutorial's folder when it begins.
  public struct GeneratedData: Sendable, Equatable {
    /// How many cases.
    public var cases: Int
    /// What the random numbers start from.
    public var seed: UInt64
  }
}

/// One step: what is shown, what is asked, and how the answer is known to be right.
public struct TutorialStep: Sendable {
  /// The heading, by which progress knows the step again.
  public var title: String
  /// What the tutorial shows by itself, in order.
  public var parts: [Part]
  /// What the learner is asked; nil for a step that only shows.
  public var task: TutorialTask?

  /// A piece of the step before its task.
  public enum Part: Sendable {
    /// Lines of Markdown.
    case prose([String])
    /// A statement that the tutorial types.
    case statement(String)
    /// A statement that runs unseen, elsewhere in the tutorial's folder: it plays the world that sends files.
    case backstage(String)
  }
}

/// What the learner is asked in a step.
public struct TutorialTask: Sendable {
  /// The task in words.
  public var text: String
  /// Hints, each telling more than the one before.
  public var hints: [String]
  /// The answer that the tutorial would give.
  public var solution: Solution
  /// What of the answer is looked at.
  public var check: Check
  /// What is asked of the result besides its rows.
  public var demands: Set<Demand>
  /// What the learner has found, said once the answer is right.
  public var finding: String?

  /// The tutorial's own answer.
  public enum Solution: Sendable, Equatable {
    /// A statement.
    case statement(String)
    /// A line for the system's shell, `casebook run weekly.cb --verify`.
    case commandLine(String)

    /// As one would type it.
    public var text: String {
      switch self {
      case .statement(let text), .commandLine(let text): text
      }
    }
  }

  /// What of an answer is looked at.
  public enum Check: Sendable, Equatable {
    /// The rows of its result.
    case result
    /// The rows of a pipeline that is run behind it.
    case probe(String)
    /// Whether a file is there, and newer than the step.
    case file(String)
    /// Whether a statement of the answer's kind was done that reads the same columns.
    case done
    /// With what status a command line ended.
    case status(Int32)
  }

  /// What is asked of a result besides its rows.
  public enum Demand: String, Sendable, CaseIterable {
    /// The rows in their order.
    case order
    /// The names of the columns.
    case names
    /// The kind of chart.
    case chart
  }
}
