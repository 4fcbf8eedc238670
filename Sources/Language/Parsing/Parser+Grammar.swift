/// What may follow the elements now being parsed, innermost first.
typealias Follow = [ArraySlice<GrammarElement>]

extension Parser {
  /// Parses elements in order.
  ///
  /// `needed` says that something behind these elements is needed, so that a newline among them does
  /// not end the statement.
  mutating func parse(
    _ elements: ArraySlice<GrammarElement>, needed: Bool, follow: Follow
  ) -> [Part] {
    var parts: [Part] = []
    for position in elements.indices {
      guard !isPanicking else { break }
      let rest = elements[(position + 1)...]
      let place = GrammarPlace(
        isNeeded: needed || rest.contains(where: \.isNeeded), follow: [rest] + follow)
      parse(elements[position], at: place, into: &parts)
    }
    return parts
  }

  private mutating func parse(
    _ element: GrammarElement, at place: GrammarPlace, into parts: inout [Part]
  ) {
    switch element {
    case .optional(let inner):
      if canBegin(inner[...], crossing: place.isNeeded), !isClaimed(from: inner, by: place) {
        parts += parse(inner[...], needed: place.isNeeded, follow: place.follow)
      }
    case .optionalWord(let label, let words):
      guard beginning(of: element, crossing: place.isNeeded) == .yes,
        !place.follow.contains(where: { startsWithWord($0, crossing: false) })
      else { return }
      let lower = start
      let value = parseOneOf(words, label: label)
      parts.append(Part(label: label, value: value, span: span(from: lower)))
    case .choice(let alternatives):
      parseChoice(alternatives, at: place, into: &parts)
    case .clauses(let clauses):
      parseClauses(clauses, at: place, into: &parts)
    case .bracketed(let inner):
      guard next == .leftParenthesis, isShallow() else { return failExpected("`(`") }
      parts += parseBracket { $0.parse(inner[...], needed: false, follow: []) }
    case .word(let word):
      if isWordAhead(word) { takeWord(word) } else { failMissing(word, behind: place) }
    case .symbol(let symbol):
      guard !isAtEnd, currentText == symbol else { return failExpected("`\(symbol)`") }
      advance()
    case .parameters(let declared):
      let lower = start
      let arguments = parseParameters(declared, at: place)
      if !arguments.isEmpty {
        parts.append(Part(label: "", value: .parameters(arguments), span: span(from: lower)))
      }
    default:
      guard let label = element.label else { return }
      let lower = start
      let outer = elementLabel
      elementLabel = label
      let value = parseValue(of: element, at: place)
      elementLabel = outer
      parts.append(Part(label: label, value: value, span: span(from: lower)))
    }
  }

  private mutating func parseValue(
    of element: GrammarElement, at place: GrammarPlace
  ) -> Part.Value {
    switch element {
    case .expression: .expression(parsePredicate())
    case .searchPredicate: .expression(parseSearchPredicate())
    case .operand: .expression(parseOperand())
    case .item: .items([parseItem()])
    case .items: .items(parseList { $0.parseItem() })
    case .operands: .items(parseOperands(at: place))
    case .conditions: .items(parseList { $0.parseCondition() })
    case .assignments: .items(parseList { $0.parseAssignment() })
    case .column: .items([parseColumn()])
    case .columns: .items(parseList { $0.parseColumn() })
    case .sortKey: .sortKeys([parseSortKey()])
    case .sortKeys: .sortKeys(parseList { $0.parseSortKey() })
    case .name: .expression(parseNameExpression())
    case .path: .expression(parsePath())
    case .string: .expression(parseStringOnly())
    case .number: .expression(parseNumberOnly())
    case .amount:
      // `staff aht 5m`: the word that comes next is no amount.
      .expression(beginsNext(place) ? parseNumberOnly() : parseAmount())
    case .date: .expression(parseDate())
    case .type: .expression(parseType())
    case .text: .expression(parseText())
    case .oneOf(_, let words): parseOneOf(words, label: nil)
    case .repeated(_, let separator, let inner):
      .groups(parseGroups(inner, separator: separator, at: place))
    case .bracketedParameters(let declared): .parameters(parseBracketedParameters(declared))
    case .table:
      // `join on id`: the word that comes next is no table.
      .expression(beginsNext(place) ? parseMissingTable() : parseTable())
    case .tables: .tables(parseList { $0.parseTable() })
    case .pipeline: .pipeline(parsePipeline())
    case .pipelineBefore(_, let word): .pipeline(parsePipeline(before: word))
    case .pipelineBeforeLast(_, let word): .pipeline(parsePipeline(beforeLast: word))
    case .subpipeline: .pipeline(parseSubpipeline())
    case .pattern: .pattern(parsePattern())
    case .schema: .schema(parseSchema())
    case .rows: .items(parseRows())
    case .optional, .optionalWord, .choice, .clauses, .bracketed, .word, .symbol, .parameters:
      .groups([])
    }
  }
}

/// Where an element stands among others.
struct GrammarPlace {
  /// Whether something behind it is needed.
  let isNeeded: Bool
  /// What follows, innermost first.
  let follow: Follow
}

// MARK: - Composed elements

extension Parser {
  /// Whether the word here is the one behind the present element.
  private mutating func beginsNext(_ place: GrammarPlace) -> Bool {
    for elements in place.follow where startsWithWord(elements, crossing: true) { return true }
    return false
  }

  private mutating func parseChoice(
    _ alternatives: [[GrammarElement]], at place: GrammarPlace, into parts: inout [Part]
  ) {
    // A word says more than an expression, which could begin with any word.
    let byWord = alternatives.first { startsWithWord($0[...], crossing: true) }
    let chosen = byWord ?? alternatives.first { canBegin($0[...], crossing: true) }
    guard let chosen else {
      let wanted = alternatives.compactMap { $0.first?.wording }
      return failExpected(listed(wanted))
    }
    parts += parse(chosen[...], needed: place.isNeeded, follow: place.follow)
  }

  private mutating func parseClauses(
    _ clauses: [[GrammarElement]], at place: GrammarPlace, into parts: inout [Part]
  ) {
    var open = clauses
    while !isPanicking {
      guard
        let found = open.firstIndex(where: { canBegin($0[...], crossing: place.isNeeded) })
      else { return }
      let others = open.filter { $0.first != nil }.map { GrammarElement.optional($0) }
      parts += parse(
        open[found][...], needed: place.isNeeded, follow: [others[...]] + place.follow)
      if case .repeated(_, separator: "", _)? = open[found].first { continue }
      open.remove(at: found)
    }
  }

  private mutating func parseGroups(
    _ elements: [GrammarElement], separator: String, at place: GrammarPlace
  ) -> [PartGroup] {
    var groups: [PartGroup] = []
    repeat {
      let lower = start
      let parts = parse(elements[...], needed: false, follow: place.follow)
      groups.append(PartGroup(parts: parts, span: span(from: lower)))
    } while !isPanicking && takeSeparator(separator, before: elements)
    return groups
  }

  private mutating func takeSeparator(
    _ separator: String, before elements: [GrammarElement]
  ) -> Bool {
    switch separator {
    case ",": return take(.comma)
    case ";":
      guard current.kind == .semicolon, openBrackets > 0 else { return false }
      advance()
      return canBegin(elements[...], crossing: false)
    default: return canBegin(elements[...], crossing: false)
    }
  }

  private mutating func parseOneOf(_ words: [String], label: String?) -> Part.Value {
    for word in words { record(.word(word)) }
    guard next == .name else {
      failExpected(listed(words.map { "`\($0)`" }))
      return .word(Name("", span: Span(lastEnd, lastEnd)))
    }
    let lower = start
    let (text, end) = dashedWord(at: index)
    if words.contains(text) {
      index = end
    } else if words.contains(currentText) {
      advance()
    } else {
      let nearest = nearest(to: text, in: words)
      fail(
        label.map { .unknownKind(text, of: $0, words: words, nearest: nearest) }
          ?? .unknownWord(text, words: words, nearest: nearest), at: current.span)
      return .word(Name(text, span: Span(lastEnd, lastEnd)))
    }
    let span = span(from: lower)
    return .word(Name(source[span], span: span))
  }

  mutating func isWordAhead(_ word: String) -> Bool {
    record(.word(word))
    return isWord(word) && !endsBeforeString
  }

  /// Whether the next word is the one that, before a string, ends the pipeline of a command.
  var endsBeforeString: Bool {
    mutating get {
      guard let wordBeforeString, openBrackets == 0 else { return false }
      return isWord(wordBeforeString) && token(index + 1).kind == .string
    }
  }

  private mutating func failMissing(_ word: String, behind place: GrammarPlace) {
    guard !isAtEnd, let first = place.follow.first,
      canBegin(first, crossing: true)
    else { return failExpected("`\(word)`") }
    // What follows the word is there: only the word is missing.
    warn(.missingWord(word), at: current.span)
  }

  private mutating func parsePipeline(before word: String) -> Pipeline {
    let outer = wordBeforeString
    wordBeforeString = word
    defer { wordBeforeString = outer }
    return parsePipeline()
  }

  private mutating func parsePipeline(beforeLast word: String) -> Pipeline {
    pipelineEnd = lastPlace(of: word)
    defer { pipelineEnd = nil }
    return parsePipeline()
  }

  /// The index of the last such word of the statement outside brackets.
  ///
  /// The statement's end is not known yet: it is taken to be a `;`, a blank line, or a line that begins
  /// in the first column with something that carries no sentence on.
  private mutating func lastPlace(of word: String) -> Int? {
    var found: Int?
    var at = index
    while at < hardEnd {
      let token = token(at)
      if token.kind == .endOfFile || token.kind == .semicolon { break }
      if at > index, token.startsLine, token.kind != .pipe {
        if token.followsBlankLine { break }
        if token.isInFirstColumn, !carriesOn(token), !matches(token, word) { break }
      }
      if token.kind.closingBracket != nil, let behind = indexBehindBracket(at: at) {
        at = behind
        continue
      }
      let next = self.token(at + 1)
      if matches(token, word), !matches(next, "missing"), !matches(next, "present") { found = at }
      at += 1
    }
    return found
  }
}

// MARK: - What can begin here

extension Parser {
  private enum Beginning {
    case yes, no
    /// The element may be left out, so the next one decides.
    case next
  }

  /// Whether the next token can begin the elements.
  ///
  /// `crossing` says that a newline before it does not end the statement; else only a word of the
  /// grammar may begin a line.
  mutating func canBegin(_ elements: ArraySlice<GrammarElement>, crossing: Bool) -> Bool {
    for element in elements {
      switch beginning(of: element, crossing: crossing) {
      case .yes: return true
      case .no: return false
      case .next: continue
      }
    }
    return false
  }

  private mutating func beginning(of element: GrammarElement, crossing: Bool) -> Beginning {
    switch element {
    case .word(let word): return isWordAhead(word) ? .yes : .no
    case .oneOf(_, let words):
      for word in words { record(.word(word)) }
      return next == .name && words.contains(dashedOrPlain(words)) ? .yes : .no
    case .optionalWord(_, let words):
      for word in words { record(.word(word)) }
      guard next == .name, !endsBeforeString else { return .next }
      return words.contains(dashedOrPlain(words)) || nextOnLine == .name ? .yes : .next
    case .optional(let inner): return canBegin(inner[...], crossing: crossing) ? .yes : .next
    case .choice(let alternatives):
      return alternatives.contains { canBegin($0[...], crossing: crossing) } ? .yes : .no
    case .clauses(let clauses):
      return clauses.contains { canBegin($0[...], crossing: crossing) } ? .yes : .next
    case .repeated(_, _, let inner): return canBegin(inner[...], crossing: crossing) ? .yes : .no
    case .parameters(let declared): return isParameterAhead(declared) ? .yes : .next
    default:
      let kind = crossing ? next : nextOnLine
      return !endsBeforeString && canBegin(element, with: kind) ? .yes : .no
    }
  }

  private mutating func dashedOrPlain(_ words: [String]) -> String {
    let dashed = dashedWord(at: index).text
    return words.contains(dashed) ? dashed : currentText
  }

  private mutating func canBegin(_ element: GrammarElement, with kind: TokenKind) -> Bool {
    recordBeginning(of: element)
    switch element {
    case .symbol(let symbol): return kind != .endOfFile && currentText == symbol
    case .bracketed, .bracketedParameters, .schema: return kind == .leftParenthesis
    case .subpipeline: return kind == .leftParenthesis || kind == .leftBrace
    case .rows: return kind == .leftBracket
    case .string: return kind == .string || kind == .smartString
    case .number: return kind == .number || kind == .minus || kind == .plus
    case .amount:
      return kind == .number || kind == .minus || kind == .plus || kind == .name
        || kind == .leftParenthesis
    case .type: return kind == .name
    case .name, .path, .assignments:
      return kind == .name || kind == .leftBracket
        || (kind == .leftParenthesis && element.isAssignments)
    case .column, .columns: return kind == .name || kind == .leftBracket || kind == .star
    case .table, .tables:
      return kind == .name || kind == .leftBracket || kind == .leftParenthesis || kind == .star
    case .pattern: return kind == .star || kind == .string || kind == .name
    case .text: return kind != .endOfFile
    case .pipeline, .pipelineBefore, .pipelineBeforeLast: return kind.mayBeginPipeline
    default: return kind.mayBeginExpression && !isOperatorWord
    }
  }

  /// Whether the next word is an operator with an operand behind it, so that it is no name.
  var isOperatorWord: Bool {
    mutating get {
      next == .name && OperatorTable.words[currentText] != nil
        && token(index + 1).kind.mayBeginExpression
    }
  }

  /// Whether the first thing that the elements can begin with is a word that is there.
  private mutating func startsWithWord(
    _ elements: ArraySlice<GrammarElement>, crossing: Bool
  ) -> Bool {
    guard let first = elements.first else { return false }
    switch first {
    case .word, .oneOf, .symbol: return beginning(of: first, crossing: crossing) == .yes
    case .optional(let inner):
      return startsWithWord(inner[...], crossing: crossing)
        || startsWithWord(elements.dropFirst(), crossing: crossing)
    case .choice(let alternatives):
      return alternatives.contains { startsWithWord($0[...], crossing: crossing) }
    case .clauses(let clauses):
      return clauses.contains { startsWithWord($0[...], crossing: crossing) }
    case .parameters(let declared):
      return isParameterAhead(declared) || startsWithWord(elements.dropFirst(), crossing: crossing)
    default: return false
    }
  }

  /// Whether an optional element that begins like an expression must leave the next word to what
  /// follows: in `summarize by k` the word is no aggregate.
  private mutating func isClaimed(from inner: [GrammarElement], by place: GrammarPlace) -> Bool {
    guard next == .name, !startsWithWord(inner[...], crossing: true) else { return false }
    return place.follow.contains { startsWithWord($0, crossing: true) }
  }
}
