/// What is said about one word of the language, as plain data.
public struct HelpPage: Sendable, Hashable {
  /// One argument, clause or item of the signature.
  public struct Argument: Sendable, Hashable {
    /// Its name as written.
    public var name: String
    /// What it means.
    public var text: String

    /// An argument.
    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// Something to try, and what it gives.
  public struct Example: Sendable, Hashable {
    /// What it shows, in a few words.
    public var caption: String?
    /// The statement.
    public var input: String
    /// What it prints; nil where that is not said.
    public var output: String?

    /// An example.
    public init(_ input: String, caption: String? = nil, output: String? = nil) {
      self.caption = caption
      self.input = input
      self.output = output
    }
  }

  /// The word.
  public var title: String
  /// Ways to write it, one a line.
  public var signatures: [String]
  /// One sentence.
  public var summary: String
  /// Further paragraphs.
  public var details: [String]
  /// What the signature names.
  public var arguments: [Argument]
  /// Things to try.
  public var examples: [Example]
  /// Other words.
  public var seeAlso: [String]

  /// A page.
  public init(
    title: String, signatures: [String] = [], summary: String, details: [String] = [],
    arguments: [Argument] = [], examples: [Example] = [], seeAlso: [String] = []
  ) {
    self.title = title
    self.signatures = signatures
    self.summary = summary
    self.details = details
    self.arguments = arguments
    self.examples = examples
    self.seeAlso = seeAlso
  }
}
