import Glibc
import Synchronization

/// The system's tzdata: compiled zone files (RFC 8536), read once each.
public enum ZoneDatabase {
  private static let cache = Mutex<[String: ZoneRules]>([:])

  /// Where the files are: `$TZDIR`, else the usual folder.
  private static var folder: String {
    guard let value = getenv("TZDIR"), value[0] != 0 else { return "/usr/share/zoneinfo" }
    return String(cString: value)
  }

  /// The version of the rules, such as `2025b`; nil where the system does not tell.
  public static func version() -> String? {
    if let bytes = readFile(folder + "/tzdata.zi", limit: 64) {
      // The first line is "# version 2025b".
      let line = String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
      let words = line.split(separator: " ")
      if words.count == 3, words[1] == "version" { return String(words[2]) }
    }
    guard let bytes = readFile(folder + "/+VERSION", limit: 64) else { return nil }
    return String(decoding: bytes.prefix { !isASCIISpace($0) }, as: UTF8.self)
  }

  /// The names of all zones in the order of the alphabet; none where the system does not list them.
  public static func names() -> [String] {
    guard let bytes = readFile(folder + "/tzdata.zi", limit: 1 << 20) else { return [] }
    var names: [String] = []
    for line in bytes.split(separator: 10) {
      // A zone is `Z name ...`, another name of it `L zone name`.
      let words = line.split(separator: 32)
      guard let mark = words.first, mark.count == 1 else { continue }
      let place = mark.first == UInt8(ascii: "Z") ? 1 : mark.first == UInt8(ascii: "L") ? 2 : 0
      guard place > 0, words.count > place else { continue }
      names.append(String(decoding: words[place], as: UTF8.self))
    }
    return names.sorted()
  }

  static func rules(named name: String) -> ZoneRules? {
    guard isPlausible(name) else { return nil }
    if let known = cache.withLock({ $0[name] }) { return known }
    guard let bytes = readFile(folder + "/" + name, limit: 1 << 17),
      let rules = bytes.withUnsafeBufferPointer({ ZoneFile($0)?.rules() })
    else { return nil }
    cache.withLock { $0[name] = rules }
    return rules
  }

  /// A name must not lead out of the folder.
  private static func isPlausible(_ name: String) -> Bool {
    guard let first = name.utf8.first, (first | 32) &- 97 < 26, name.utf8.count < 64 else {
      return false
    }
    return name.utf8.allSatisfy { byte in
      (byte | 32) &- 97 < 26 || isASCIIDigit(byte) || "/_+-".utf8.contains(byte)
    }
  }

  private static func readFile(_ path: String, limit: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var filled = 0
    while filled < limit {
      let count = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + filled }, limit - filled)
      }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      filled += count
    }
    return Array(bytes.prefix(filled))
  }
}

/// One compiled zone file.
struct ZoneFile {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var timeCount = 0
  private var typeCount = 0
  private var nameBytes = 0
  private var leapCount = 0
  private var standardFlags = 0
  private var utcFlags = 0
  private var timeSize = 8
  private var body = 44

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    guard readHeader(at: 0) else { return nil }
    timeSize = 4
    if bytes[4] >= UInt8(ascii: "2") {
      // Version 1's block with 32-bit times comes first and says nothing more.
      let second = body + blockLength
      guard readHeader(at: second) else { return nil }
      timeSize = 8
      body = second + 44
    }
    guard typeCount > 0, body + blockLength <= bytes.count else { return nil }
  }

  private mutating func readHeader(at start: Int) -> Bool {
    guard start + 44 <= bytes.count, bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else {
      return false
    }
    utcFlags = Int(number(at: start + 20, size: 4))
    standardFlags = Int(number(at: start + 24, size: 4))
    leapCount = Int(number(at: start + 28, size: 4))
    timeCount = Int(number(at: start + 32, size: 4))
    typeCount = Int(number(at: start + 36, size: 4))
    nameBytes = Int(number(at: start + 40, size: 4))
    let counts = [utcFlags, standardFlags, leapCount, timeCount, typeCount, nameBytes]
    return counts.allSatisfy { $0 >= 0 && $0 <= bytes.count }
  }

  private var blockLength: Int {
    timeCount * (timeSize + 1) + typeCount * 6 + nameBytes + leapCount * (timeSize + 4)
      + standardFlags + utcFlags
  }

  /// A big-endian signed number.
  private func number(at start: Int, size: Int) -> Int64 {
    var value: UInt64 = 0
    for byte in bytes[start..<(start + size)] { value = value << 8 | UInt64(byte) }
    let unused = UInt64(64 - 8 * size)
    return Int64(bitPattern: value << unused) >> Int64(unused)
  }

  func rules() -> ZoneRules? {
    let kinds = body + timeCount * timeSize
    let types = kinds + timeCount
    let offset = { (type: Int) in self.number(at: types + 6 * type, size: 4) * Ticks.perSecond }
    var changes: [Int64] = []
    var offsets = [offset(0)]
    for index in 0..<timeCount {
      let seconds = number(at: body + index * timeSize, size: timeSize)
      let type = Int(bytes[kinds + index])
      guard type < typeCount else { return nil }
      // Times before the calendar begins only say what holds at its start.
      guard seconds > -62_135_596_800 else {
        offsets[0] = offset(type)
        continue
      }
      guard seconds < 253_402_300_800, offset(type) != offsets.last else { continue }
      changes.append(Instant.unixEpoch + seconds * Ticks.perSecond)
      offsets.append(offset(type))
    }
    return ZoneRules(changes: changes, offsets: offsets, rule: footer())
  }

  /// The rule for times after the listed changes, between two line ends.
  private func footer() -> PosixRule? {
    let start = body + blockLength
    guard timeSize == 8, start < bytes.count, bytes[start] == 10 else { return nil }
    let line = UnsafeBufferPointer(rebasing: bytes[(start + 1)...])
    guard let end = line.firstIndex(of: 10), end > 0 else { return nil }
    return PosixRuleParser.parse(UnsafeBufferPointer(rebasing: line[..<end]))
  }
}
