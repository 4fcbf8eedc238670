import CasebookLanguage
import CasebookQuery
import CasebookRender
import CasebookTables

/// Gathers what may stand at a place, from what the grammar expects there and the declarations say.
struct SuggestionSearch {
  let engine: Engine
  let place: CompletionPlace
  let binder: Binder
  let input: OpenInput
  /// The byte behind the place.
  let follows: UInt8?
  private let typed: TypedName
  private let isBetweenWords: Bool
  /// Whether only names are taken that were nearly typed.
  private var takesMisspellings = false
  private var found: [Suggestion] = []
  private var texts: Set<String> = []
  /// What the completions take the place of.
  var replaced: Span

  init(_ engine: Engine, _ place: CompletionPlace, follows: UInt8?) {
    self.engine = engine
    self.place = place
    self.follows = follows
    let statement = StatementRun(engine, nil, place.tree, engine.makeContext())
    binder = statement.makeBinder(runsNothing: true)
    binder.commandTable = { command throws(Diagnostic) in
      try statement.openTable(of: command)
    }
    binder.listing = { name throws(Diagnostic) in try statement.openListing(name) }
    for function in place.functions { binder.enter(function) }
    input = binder.openInput(of: place.pipelines)
    replaced = place.partial
    typed = TypedName(
      place.quote?.content == .text && place.compared == nil
        ? place.typed.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init)
          ?? "" : place.typed)
    isBetweenWords = place.typed.isEmpty || place.typed.hasSuffix("/")
  }

  /// Everything that fits, the best first.
  var completions: Suggestions {
    var run = self
    run.gather()
    if run.found.isEmpty {
      run.takesMisspellings = true
      run.gather()
    }
    let ranked = run.found.enumerated().sorted { left, right in
      (left.element.rank, left.offset) < (right.element.rank, right.offset)
    }
    return Suggestions(replaced: run.replaced, all: ranked.map(\.element), hint: hint)
  }

  /// How the function is written in whose brackets the place lies.
  private var hint: String? {
    guard let name = place.callee else { return nil }
    return FunctionCatalogue.function(name)?.signature
      ?? AggregateCatalogue.function(name)?.signature
  }

  /// Takes a name if it fits what was typed.
  mutating func offer(
    _ name: String, text: String? = nil, suffix: String = "", _ kind: Suggestion.Kind,
    _ detail: @autoclosure () -> String
  ) {
    let match: NameMatch
    if isBetweenWords {
      match = .prefix
    } else if takesMisspellings {
      guard typed.isMisspelling(of: name) else { return }
      match = .misspelling
    } else {
      guard let fit = typed.match(name) else { return }
      match = fit
    }
    guard texts.insert(text ?? name).inserted else { return }
    found.append(
      Suggestion(
        name: name, text: text ?? name, suffix: suffix, detail: detail(), kind: kind, match: match))
  }

  private mutating func gather() {
    // A number is not a name's beginning.
    if place.quote == nil, let first = place.typed.utf8.first, first >= 0x30, first <= 0x39 {
      return
    }
    if let quote = place.quote, quote.content == .text {
      gatherInside(quote)
      return
    }
    if !place.path.isEmpty {
      gatherMembers()
      return
    }
    if let setting = place.setting {
      offerSettingValues(setting)
      return
    }
    if let compared = place.compared { offerValues(of: compared) }
    // What the person has named, then the few words of the grammar, then the many of the language.
    for expectation in place.expectations { gatherNames(expectation) }
    for expectation in place.expectations { gatherWords(expectation) }
    for expectation in place.expectations { gatherLanguage(expectation) }
  }

  private mutating func gatherNames(_ expectation: Expectation) {
    switch expectation {
    case .statement, .table: offerTables()
    case .expression:
      guard !place.expectations.contains(.statement) else { return }
      if wantsAggregates { offerAggregates() }
      offerRulesets()
      offerColumns()
      offerValues()
    case .column: offerColumns()
    case .name(let label): offerNames(label)
    case .path: offerPaths()
    case .string(let label):
      if isFileLabel(label) { offerFiles(quote: "\"", isQuoted: false) }
    case .setting: offerSettings()
    case .parameterValue(_, let words):
      for word in words { offer(word, suffix: " ", .word, "") }
      if words.isEmpty {
        offerColumns()
        offerValues()
      }
    case .pipe, .stage, .infix, .number, .text, .type, .word, .parameter, .settingValue,
      .insideString, .insideComment:
      break
    }
  }

  private mutating func gatherWords(_ expectation: Expectation) {
    switch expectation {
    case .word(let word):
      let owner = place.owner
      offer(word, suffix: " ", .word, owner.map { "word of \($0)" } ?? "")
    case .parameter(let name): offerParameter(name)
    case .type: offerTypes()
    case .stage: offerStages()
    case .text(let label): if label == "word" { offerTopics() }
    default: break
    }
  }

  private mutating func gatherLanguage(_ expectation: Expectation) {
    switch expectation {
    case .statement:
      offerCommands()
      offerSources()
    case .table: offerSources()
    case .expression: if !place.expectations.contains(.statement) { offerFunctions() }
    case .infix: offerOperators()
    case .pipe: if isBetweenWords { offer("|", suffix: " ", .symbol, "another stage") }
    default: break
    }
  }

  private mutating func gatherInside(_ quote: OpenQuote) {
    if let compared = place.compared {
      offerValues(of: compared, within: quote)
      return
    }
    for case .string(let label) in place.expectations where isFileLabel(label) {
      offerFiles(quote: quote.character ?? "\"", isQuoted: true)
      return
    }
  }

  private func isFileLabel(_ label: String) -> Bool {
    ["path", "file", "script", "folder"].contains(label)
  }

}

extension CompletionPlace {
  /// The setting whose value stands there.
  fileprivate var setting: String? {
    expectations.lazy.compactMap { if case .settingValue(let name) = $0 { name } else { nil } }
      .first
  }
}

extension Suggestion {
  /// Names that begin as typed come in the order gathered, whatever their case.
  fileprivate var rank: Int { match.isPrefix ? 0 : match.rawValue }
}
