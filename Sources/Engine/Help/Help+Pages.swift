public import CasebookRender

extension Help {
  /// A code of the diagnostics with the statements that show it.
  public struct CodePage: Sendable {
    /// The code.
    public let code: String
    /// A statement that gets it on an empty workspace, and one that does not.
    public let wrong, right: String?
  }

  /// Every code that has a page.
  public static var codePages: [CodePage] {
    DiagnosticPage.all.map { CodePage(code: $0.code, wrong: $0.wrong, right: $0.right) }
  }

  /// The pages of the topics.
  public static var topicPages: [HelpPage] { HelpTopic.all.map(\.helpPage) }
}
