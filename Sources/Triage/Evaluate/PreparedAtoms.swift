import CasebookTables
import CasebookValues

/// Atoms with what is known of the columns that they read: codes of texts, ranks of thresholds.
struct PreparedAtoms: Sendable {
  /// What one atom does with a block.
  enum Kernel: Sendable {
    /// A column's ranks from `low` to `high`.
    case ranks(ranking: Int, low: Int, high: Int)
    /// A dictionary's codes that are marked; `single` where it is just one, -1 for none.
    case codes(column: Int, single: Int, marks: [UInt8])
    /// Texts that are no distinct dictionary's.
    case texts(column: Int, Set<String>)
    case flag(column: Int)
    case missing(column: Int)
    case computed(column: Int, missing: Int?)
  }

  /// A numeric column and the cuts that its atoms make: a row's rank is how many of them it has reached.
  struct Ranking: Sendable {
    var column: Int
    /// `value >= cut`, ascending; for reals `isStrict` says `value > cut`.
    var longCuts: [Int64] = []
    var realCuts: [Atom.RealBound] = []
    var cutCount: Int { max(longCuts.count, realCuts.count) }
    /// The same, made ready.
    fileprivate(set) var longs = LongCuts([])
    fileprivate(set) var reals = RealCuts([])
  }

  let columns: [Column]
  let kernels: [Kernel]
  let rankings: [Ranking]
  /// For each text column with a dictionary of distinct texts, the code of the empty text; -1 if none.
  let blankCodes: [Int: Int]

  init(_ atoms: [Atom], _ columns: [Column]) {
    self.columns = columns
    var blanks: [Int: Int] = [:]
    var codesOfTexts: [Int: [String: Int]] = [:]
    for atom in atoms {
      guard case .texts(_, let dictionary) = columns[atom.column].data, dictionary.isDistinct,
        columns[atom.column].type == .string
      else { continue }
      blanks[atom.column] = blanks[atom.column] ?? dictionary.code(of: "")
      if case .texts(let texts) = atom.test {
        for text in texts { codesOfTexts[atom.column, default: [:]][text] = -1 }
      }
    }
    for (column, wanted) in codesOfTexts {
      guard case .texts(_, let dictionary) = columns[column].data else { continue }
      codesOfTexts[column] = dictionary.codes(of: wanted)
    }
    blankCodes = blanks
    var rankings = RankingBuilder(columns: columns)
    for atom in atoms { rankings.gather(atom) }
    rankings.sort()
    kernels = atoms.map { atom in
      switch atom.test {
      case .longs, .reals: return rankings.kernel(atom)
      case .texts(let texts):
        guard let known = codesOfTexts[atom.column] ?? (texts.isEmpty ? [:] : nil),
          case .texts(_, let dictionary) = columns[atom.column].data, dictionary.isDistinct
        else { return .texts(column: atom.column, Set(texts)) }
        let codes = texts.compactMap { known[$0] }.filter { $0 >= 0 }
        if codes.count <= 1 {
          return .codes(column: atom.column, single: codes.first ?? -1, marks: [])
        }
        var marks = [UInt8](repeating: 0, count: dictionary.count)
        for code in codes { marks[code] = 1 }
        return .codes(column: atom.column, single: -2, marks: marks)
      case .flag: return .flag(column: atom.column)
      case .missing: return .missing(column: atom.column)
      case .computed(let missing): return .computed(column: atom.column, missing: missing)
      }
    }
    self.rankings = rankings.rankings
  }
}

extension TextDictionary {
  /// The code of one text; -1 where it is not there.
  fileprivate func code(of text: String) -> Int { codes(of: [text: -1])[text] ?? -1 }

  /// The codes of some texts; -1 for those that are not there.
  fileprivate func codes(of wanted: [String: Int]) -> [String: Int] {
    var found = wanted
    var lengths: Set<Int> = []
    for text in wanted.keys { lengths.insert(text.utf8.count) }
    for code in 0..<count where lengths.contains(bytes(code).count) {
      let text = string(code)
      if found[text] != nil, bytes(code).elementsEqual(text.utf8) { found[text] = code }
    }
    return found
  }
}

/// Gathers the thresholds of each numeric column.
private struct RankingBuilder {
  let columns: [Column]
  var rankings: [PreparedAtoms.Ranking] = []
  private var numbers: [Int: Int] = [:]

  init(columns: [Column]) { self.columns = columns }

  mutating func gather(_ atom: Atom) {
    switch atom.test {
    case .longs(let from, let to):
      let index = ranking(atom.column)
      if from > .min { rankings[index].longCuts.append(from) }
      if to < .max { rankings[index].longCuts.append(to + 1) }
    case .reals(let from, let to):
      let index = ranking(atom.column)
      if from.value > -.infinity || !from.isIncluded { rankings[index].realCuts.append(from) }
      if to.value < .infinity || !to.isIncluded {
        rankings[index].realCuts.append(Self.beyond(to))
      }
    default: break
    }
  }

  /// The cut at which an upper bound is passed.
  private static func beyond(_ bound: Atom.RealBound) -> Atom.RealBound {
    Atom.RealBound(value: bound.value, isIncluded: !bound.isIncluded)
  }

  private mutating func ranking(_ column: Int) -> Int {
    if let known = numbers[column] { return known }
    rankings.append(PreparedAtoms.Ranking(column: column))
    numbers[column] = rankings.count - 1
    return rankings.count - 1
  }

  mutating func sort() {
    for index in rankings.indices {
      rankings[index].longCuts = Array(Set(rankings[index].longCuts)).sorted()
      rankings[index].realCuts = Array(Set(rankings[index].realCuts)).sorted(by: Self.isBefore)
      rankings[index].longs = LongCuts(rankings[index].longCuts)
      rankings[index].reals = RealCuts(rankings[index].realCuts)
    }
  }

  private static func isBefore(_ a: Atom.RealBound, _ b: Atom.RealBound) -> Bool {
    a.value != b.value ? a.value < b.value : a.isIncluded && !b.isIncluded
  }

  func kernel(_ atom: Atom) -> PreparedAtoms.Kernel {
    let index = numbers[atom.column] ?? 0
    let ranking = rankings[index]
    var low = 0
    var high = ranking.cutCount
    switch atom.test {
    case .longs(let from, let to):
      if from > to { return .ranks(ranking: index, low: 1, high: 0) }
      if from > .min { low = (ranking.longCuts.firstIndex(of: from) ?? 0) + 1 }
      if to < .max { high = ranking.longCuts.firstIndex(of: to + 1) ?? high }
    case .reals(let from, let to):
      if let at = ranking.realCuts.firstIndex(of: from) { low = at + 1 }
      if let at = ranking.realCuts.firstIndex(of: Self.beyond(to)) { high = at }
    default: break
    }
    return .ranks(ranking: index, low: low, high: high)
  }
}
