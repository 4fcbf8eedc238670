public import CasebookEngine

/// What a tutorial needs of the program around it.
public struct TutorialSurroundings {
  /// An engine on a transient workspace, whose relative paths start from a folder.
  public var makeEngine: (_ folder: String) throws -> Engine
  /// Writes generated data into a folder.
  public var generate: (_ data: Tutorial.GeneratedData, _ folder: String) throws -> Void
  /// Runs a command line of the program in a folder and gives its exit status; quietly, or for the
  /// learner to see.
  public var run: (_ arguments: [String], _ folder: String, _ isQuiet: Bool) -> Int32

  /// Surroundings.
  public init(
    makeEngine: @escaping (_ folder: String) throws -> Engine,
    generate: @escaping (_ data: Tutorial.GeneratedData, _ folder: String) throws -> Void,
    run: @escaping (_ arguments: [String], _ folder: String, _ isQuiet: Bool) -> Int32
  ) {
    self.makeEngine = makeEngine
    self.generate = generate
    self.run = run
  }
}

/// The words of a command line of the program, or nil for a text that is none: `casebook run "my file.cb" --lock`,
/// also behind a `$` or `!` as in other tools.
public func commandLineWords(_ text: String) -> [String]? {
  var words: [String] = []
  var word: String?
  var quote: Character?
  for character in text {
    if let open = quote {
      if character == open { quote = nil } else { word?.append(character) }
    } else if character == "\"" || character == "'" {
      quote = character
      word = word ?? ""
    } else if character.isWhitespace {
      if let whole = word { words.append(whole) }
      word = nil
    } else {
      word = (word ?? "") + String(character)
    }
  }
  if let whole = word { words.append(whole) }
  if let first = words.first, first == "$" || first == "!" { words.removeFirst() }
  // `casebook | count` would be a pipeline on a table of that name.
  guard quote == nil, words.first == "casebook", words.count > 1,
    words[1].first.map({ $0.isLetter || $0 == "-" }) == true
  else { return nil }
  return Array(words.dropFirst())
}
