/// The stages and commands that a text may use.
public struct SignatureSet: Sendable {
  private let stages: [String: Signature]
  private let sources: [String: Signature]
  private let commands: [String: Signature]

  /// Gathers signatures; of two with one word at one place the later one counts.
  public init(_ signatures: [Signature] = []) {
    var stages: [String: Signature] = [:]
    var sources: [String: Signature] = [:]
    var commands: [String: Signature] = [:]
    for signature in signatures {
      for word in [signature.name] + signature.aliases {
        switch signature.role {
        case .stage: stages[word] = signature
        case .source: sources[word] = signature
        case .stageOrSource:
          stages[word] = signature
          sources[word] = signature
        case .command, .tableCommand: commands[word] = signature
        }
      }
    }
    self.stages = stages
    self.sources = sources
    self.commands = commands
  }

  /// The stage of a word behind `|`.
  public func stage(_ word: String) -> Signature? { stages[word] }
  /// The stage of a word at the head of a pipeline.
  public func source(_ word: String) -> Signature? { sources[word] }
  /// The command of a word at the start of a statement.
  public func command(_ word: String) -> Signature? { commands[word] }

  /// Every word that may follow `|`, sorted.
  public var stageWords: [String] { stages.keys.sorted() }
  /// Every word that may head a pipeline, sorted.
  public var sourceWords: [String] { sources.keys.sorted() }
  /// Every command's word, sorted.
  public var commandWords: [String] { commands.keys.sorted() }
}
