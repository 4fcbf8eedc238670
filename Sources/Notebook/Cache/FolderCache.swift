public import CasebookEngine
import CasebookTables
import CasebookValues
import CasebookWorkspace
import Glibc
import Synchronization

/// Results kept as files in a folder of the person's own, so that an unchanged cell need not be computed again,
/// and a run that was killed goes on where it stopped.
///
/// A result takes its place whole or not at all, and is known by a checksum, so neither a kill nor other runs at
/// the same time do harm. Trouble with the folder only means that nothing is kept.
public final class FolderCache: ResultCache {
  /// The folder.
  public let path: String
  private let prefix: String
  private let greatestByteCount: Int
  private let served = Atomic<Int>(0)

  /// The most bytes that a cache holds after a run.
  public static let standardByteCount = 512 << 20

  /// The cache below `$XDG_CACHE_HOME`; nil where there is no home.
  ///
  /// Results of another version of the program are not found.
  public static func standard(version: String) -> FolderCache? {
    baseFolder("XDG_CACHE_HOME", fallback: ".cache").map {
      FolderCache($0 + "/results", version: version)
    }
  }

  /// A cache in a folder, which is made when something is kept.
  public init(
    _ path: String, version: String, greatestByteCount: Int = FolderCache.standardByteCount
  ) {
    self.path = path
    self.greatestByteCount = greatestByteCount
    let facts = "\(version) \(Lock.numerics) \(ZoneDatabase.version() ?? "")"
    prefix = String(UInt64(bitPattern: XXHash64.hash(facts)), radix: 16)
  }

  /// How many results came from the cache.
  public var servedCount: Int { served.load(ordering: .relaxed) }

  /// What was kept under a key; nil where there is nothing, or something else than was kept.
  public func result(for key: String) -> CachedResult? {
    let file = file(key)
    guard let bytes = try? readFile(file), let result = CachedResult(bytes: bytes) else {
      return nil
    }
    served.wrappingAdd(1, ordering: .relaxed)
    // What was used last is dropped last.
    utimensat(AT_FDCWD, file, nil, 0)
    return result
  }

  /// Keeps a result, unless it must not be kept or is too large.
  public func keep(_ result: CachedResult, for key: String) {
    guard let bytes = result.bytes, bytes.count <= greatestByteCount / 8 else { return }
    makeFolders(path)
    guard let file = try? NewFile(file(key), replaces: true, isSwept: true) else { return }
    do {
      try bytes.withUnsafeBytes { try file.write($0) }
      try file.commit(isDurable: false)
    } catch {
      // A full disk: the result is computed again another time.
    }
  }

  /// Drops what was not used for longest until the rest is within bounds.
  public func shrink() {
    var entries = entries()
    var byteCount = entries.reduce(0) { $0 + $1.byteCount }
    guard byteCount > greatestByteCount else { return }
    entries.sort { ($0.usedAt, $0.name) < ($1.usedAt, $1.name) }
    for entry in entries where byteCount > greatestByteCount {
      unlink(path + "/" + entry.name)
      byteCount -= entry.byteCount
    }
  }

  /// Drops everything; gives how many results and bytes that were.
  public func clear() -> (results: Int, byteCount: Int) {
    var results = 0
    var byteCount = 0
    for entry in entries() where unlink(path + "/" + entry.name) == 0 {
      results += 1
      byteCount += entry.byteCount
    }
    return (results, byteCount)
  }

  private func file(_ key: String) -> String { "\(path)/\(prefix)-\(key).result" }

  private func entries() -> [(name: String, byteCount: Int, usedAt: Int)] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var entries: [(name: String, byteCount: Int, usedAt: Int)] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var facts = stat()
      // Files that a killed run left half written go as well, in their time.
      guard name.contains(".result"), lstat(path + "/" + name, &facts) == 0 else { continue }
      entries.append((name, Int(facts.st_size), Int(facts.st_mtim.tv_sec)))
    }
    return entries
  }
}

extension CachedResult {
  /// The result as bytes: what was said as JSON on a line, then the table; nil where it must not be kept.
  fileprivate var bytes: [UInt8]? {
    guard let rows = TableBytes.encode(table) else { return nil }
    let said = Dynamic.bag(of: [
      ("findings", .array(findings.map { .string($0) })),
      (
        "warnings",
        .array(
          warnings.map { .bag(of: [("text", .string($0.text)), ("rows", .long(Int64($0.rows)))]) })
      ),
      ("hint", table.hint.map(\.kept) ?? .null),
    ])
    let head = Array(said.jsonText.utf8)
    let check = head.withUnsafeBytes { XXHash64.hash($0) }
    return Array("\(head.count) \(check)\n".utf8) + head + rows
  }

  fileprivate init?(bytes: [UInt8]) {
    guard let end = bytes.prefix(48).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    guard words.count == 2, let count = Int(words[0]), let check = UInt64(words[1]), count >= 0,
      count <= bytes.count - end - 1
    else { return nil }
    let head = Array(bytes[(end + 1)..<(end + 1 + count)])
    guard head.withUnsafeBytes({ XXHash64.hash($0) }) == check,
      let said = Dynamic(json: String(decoding: head, as: UTF8.self)),
      var table = TableBytes.decode(Array(bytes[(end + 1 + count)...]))
    else { return nil }
    table.hint = RenderHint(kept: said["hint"])
    self.init(
      table: table, findings: said.items("findings").compactMap(\.string),
      warnings: said.items("warnings").compactMap { item in
        guard case .bag(let pairs) = item,
          let text = pairs.first(where: { $0.key == "text" })?.value.string,
          case .long(let rows)? = pairs.first(where: { $0.key == "rows" })?.value
        else { return nil }
        return RunContext.Warning(text: text, rows: Int(rows))
      })
  }
}

extension RenderHint {
  /// The hint as the kind and what was said of it, name and value in turn.
  fileprivate var kept: Dynamic {
    .array([.string(kind)] + properties.flatMap { [.string($0.name), .string($0.value)] })
  }

  fileprivate init?(kept: Dynamic?) {
    guard case .array(let items)? = kept else { return nil }
    let words = items.compactMap(\.string)
    guard let kind = words.first else { return nil }
    self.init(
      kind: kind,
      properties: stride(from: 1, to: words.count - 1, by: 2).map {
        Property(name: words[$0], value: words[$0 + 1])
      })
  }
}

extension Dynamic {
  fileprivate var string: String? { if case .string(let text) = self { text } else { nil } }

  fileprivate func items(_ name: String) -> [Dynamic] {
    guard case .bag(let pairs) = self,
      case .array(let items)? = pairs.first(where: { $0.key == name })?.value
    else { return [] }
    return items
  }
}
