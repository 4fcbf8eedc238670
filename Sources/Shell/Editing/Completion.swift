/// What Tab may put in the place of a part of the text.
struct Completion {
  /// One of the things that may stand there.
  struct Candidate: Equatable {
    /// What is inserted.
    var text: String
    /// What the list says about it, in a few words.
    var note = ""
    /// What the list shows in its place; nil for the text itself.
    var label: String?
  }

  /// The part of the text that is replaced, as a range of bytes.
  var replaced: Range<Int>
  /// Best first.
  var candidates: [Candidate]
  /// Said in the place of a list, where there is nothing to insert.
  var hint: String?
}

extension Completion {
  /// What all candidates begin with.
  var commonPrefix: String {
    guard let first = candidates.first?.text else { return "" }
    return candidates.dropFirst().reduce(first) { prefix, candidate in
      String(zip(prefix, candidate.text).prefix { $0 == $1 }.map(\.0))
    }
  }
}
