import CasebookEngine
import CasebookLanguage
import CasebookNotebook
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Glibc
import Testing

/// That what was typed in a sitting gives the same results as a script, whatever was typed.
@Suite struct SavedSessionTests {
  /// Sittings a run.
  private static let sittings = 200
  /// Statements of each.
  private static let statements = 200
  /// The one sitting to look at, with what was typed, where something is wrong with it.
  private static let only = getenv("CASEBOOK_SITTING").map {
    String(cString: $0).split(separator: ",").compactMap { UInt64($0) }
  }

  @Test(arguments: 0..<8)
  func randomSittingsReplayEqual(part: Int) throws {
    for number in 0..<(Self.sittings / 8) {
      let seed = UInt64(part * 1_000 + number)
      if let only = Self.only, !only.contains(seed) { continue }
      var typist = Typist(seed: seed)
      try replay(seed) { _ in typist.next() }
    }
  }

  /// Types a sitting, saves it, runs what was saved and compares result by result.
  private func replay(_ seed: UInt64, _ type: (Int) -> String) throws {
    let folder = TemporaryFolder()
    folder.write("a.csv", Array("id,kind,score\n1,x,0.5\n2,y,0.25\n3,x,\n4,,0.75\n".utf8))
    folder.write("b.csv", Array("id,kind,score\n5,z,0.125\n1,x,1\n".utf8))
    var configuration = Configuration()
    configuration.directory = folder.path
    configuration.threads = 1
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    let sitting = Sitting(engine, journal: nil)
    var recorder = CellRecorder()
    var records: [CellRecord] = []
    for number in 0..<Self.statements {
      let text = type(number)
      try engine.run(text) { cell in
        records.append(try recorder.record(cell, context: engine.contextForRecord()))
        sitting.note(cell)
      }
    }
    let path = folder.path("saved.cb")
    let message = try sitting.save(to: path, everything: false, replaces: false)
    #expect(
      message.contains("verified") && !message.contains("not verified"), "\(seed): \(message)")

    let cells = sitting.cellTable()
    let kept = try #require(cells.fields.firstIndex { $0.name == "kept" })
    let expected = records.indices.filter {
      cells.columns[kept].scalar($0) == .bool(true) && records[$0].result != nil
    }.map { records[$0] }
    if Self.only != nil {
      print(String(decoding: folder.read("saved.cb") ?? [], as: UTF8.self))
      for (number, record) in records.enumerated() {
        print(number + 1, record.outcome, cells.columns[kept].scalar(number).text, record.text)
      }
    }
    let other = try Engine(configuration)
    defer { try? other.close() }
    let run = ScriptRun(other, version: "test", key: nil)
    let script = String(decoding: try #require(folder.read("saved.cb")), as: UTF8.self)
    let isWhole = try run.run(script) { _, _ in }
    #expect(isWhole, "\(seed): \(run.records.last?.text ?? "")")
    let found = run.records.filter { $0.result != nil }
    #expect(found.count == expected.count, "\(seed)")
    if Self.only != nil {
      for record in found.map(\.canonicalText).difference(from: expected.map(\.canonicalText)) {
        print(record)
      }
    }
    for (before, after) in zip(expected, found) {
      let isSame =
        before.isVolatile || before.result.map { after.result?.agrees(with: $0) == true } == true
      #expect(isSame, "\(seed): \(before.text)")
      if !isSame { return }
    }
  }

  @Test func pathsAreSeenFromTheScript() throws {
    let folder = TemporaryFolder()
    folder.write("rates.csv", Array("1,x\n".utf8))
    folder.write("a.csv", Array("id\n1\n".utf8))
    #expect(mkdir(folder.path("sub"), 0o700) == 0)
    var configuration = Configuration()
    configuration.directory = folder.path
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    let sitting = Sitting(engine, journal: nil)
    for text in ["load \"a.csv\" as a", "a", "externaldata(n: long, s: string) [\"rates.csv\"]"] {
      engine.run(text) { sitting.note($0) }
    }
    let message = try sitting.save(
      to: folder.path("sub/s.cb"), everything: false, replaces: false)
    #expect(message.contains("verified, 2 results are the same"), "\(message)")
  }
}

/// Someone at the prompt who types what makes sense, most of the time.
private struct Typist {
  private var random: RepeatableRandom
  private var datasets: [String] = []
  private var tables: [String] = []
  private var values: [String] = []
  private var sets: [String] = []
  private var hasResult = false
  private var count = 0

  init(seed: UInt64) { random = RepeatableRandom(seed: seed) }

  mutating func next() -> String {
    count += 1
    if datasets.isEmpty { return load() }
    switch random.int(1...24) {
    case 1: return load()
    case 2, 3: return bindTable()
    case 4: return bindValue()
    case 5: return "clock datetime(2026-0\(random.int(1...9))-01)"
    case 6: return "seed \(random.int(0...9))"
    case 7: return "print now() - datetime(2026-01-01), \(value())"
    case 8: return "print rand(), k = rand(\(random.int(2...9)))"
    case 9 where hasResult: return "| where isnotnull(id) | take \(random.int(1...3))"
    case 10 where hasResult: return "_ | count"
    case 11: return pipeline() + " | as n\(random.int(1...3))"
    case 12: return "expect \(source()) | count is not empty"
    case 13: return "undo"
    case 14: return defineRule()
    case 15 where !sets.isEmpty: return "\(random.pick(datasets)) | triage s1 | project id, _queue"
    case 16: return "param p\(random.int(1...2)): long = \(random.int(1...9))"
    case 17: return "// About \(count).\n" + pipeline()
    case 18: return "let f = (x: long) { x + \(random.int(1...5)) }; print f(\(random.int(1...5)))"
    case 19: return random.pick(["cells", "help", "no such thing", "print 1 +", "datasets"])
    case 20: return "late \(random.pick(datasets)).score"
    case 21: return "\(source()) | sort by id desc, kind asc | project id, kind"
    default:
      hasResult = true
      return pipeline()
    }
  }

  private mutating func load() -> String {
    let name = "d\(random.int(1...3))"
    let isNew = !datasets.contains(name)
    if isNew { datasets.append(name) }
    let word = !isNew && random.oneIn(3) ? "append" : "as"
    return "load \"\(random.pick(["a", "b"])).csv\" \(word) \(name)"
  }

  private mutating func source() -> String {
    random.pick(tables.isEmpty || random.oneIn(2) ? datasets : tables)
  }

  private mutating func value() -> String {
    values.isEmpty || random.oneIn(2) ? "\(random.int(0...9))" : random.pick(values)
  }

  private mutating func pipeline() -> String {
    var text = source()
    for _ in 0..<random.int(0...2) {
      text += random.pick([
        "\n| where id > \(value())", " | where kind == 'x'", " | extend score = score * 2",
        " | where score >= 0.5 or isnull(score)", " | extend draw = rand(5)",
        " | sample 2", " | serialize r = row_number()",
      ])
    }
    if random.oneIn(4) { text += " | summarize n = count(), s = sum(score) by id" }
    return text
  }

  private mutating func bindTable() -> String {
    let name = "t\(random.int(1...4))"
    let text = "let \(name) = " + pipeline()
    if !tables.contains(name) { tables.append(name) }
    return text
  }

  private mutating func bindValue() -> String {
    let name = "v\(random.int(1...3))"
    let body = random.pick([
      value(), "toscalar(\(source()) | count)", "\(value()) + 1", "toint(rand(9))",
    ])
    if !values.contains(name) { values.append(name) }
    return "let \(name) = \(body)"
  }

  private mutating func defineRule() -> String {
    if sets.isEmpty {
      sets = ["s1"]
      return "queue q1 staff 1; queue q2 staff 2; ruleset s1 on d1 key id default route q1"
    }
    // Taken up and amended, which is nothing where nothing is there.
    if random.int(1...8) == 1 {
      return random.pick([
        "queue q1", "rule r1 in s1", "staff \(random.int(1...9))", "when score > 0.5",
      ])
    }
    let least = random.pick(["0.\(random.int(1...9))", "p\(random.int(1...2)) / 10.0"])
    return "rule r\(random.int(1...3)) in s1 at \(random.int(1...9)) "
      + "when score >= \(least) then route \(random.pick(["q1", "q2"]))"
  }
}
