/// What a report is written as, by its file's ending.
public enum ReportFormat: String, CaseIterable, Sendable {
  /// One HTML file that needs no other.
  case html
  /// Markdown, charts as text.
  case md
  /// A Jupyter notebook.
  case ipynb

  /// The format of a path; nil where its ending says none.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    switch path[dot...].dropFirst().lowercased() {
    case "html", "htm": self = .html
    case "md", "markdown": self = .md
    case "ipynb": self = .ipynb
    default: return nil
    }
  }

  /// What one may write, for an error.
  public static let endings = allCases.map { "." + $0.rawValue }.joined(separator: ", ")

  /// The report as text.
  public func text(_ report: Report) -> String {
    switch self {
    case .html: ReportHTML(report).text
    case .md: ReportMarkdown(report).text
    case .ipynb: ReportNotebook(report).text
    }
  }
}
