import Glibc

/// The files that a path or pattern (`*`, `?`, `[...]`, a leading `~`) names, in byte order.
///
/// Files that are only on their way, such as `cases.csv.4711.partial`, are not among them unless the pattern says so.
/// A path that names an existing file is that file, whatever characters it holds.
public func expandGlob(_ pattern: String) throws -> [String] {
  if access(pattern, F_OK) == 0 || !pattern.utf8.contains(where: isPatternByte) {
    return [pattern]
  }
  var found = glob_t()
  defer { globfree(&found) }
  guard glob(pattern, GLOB_NOSORT | GLOB_TILDE, nil, &found) == 0, let paths = found.gl_pathv else {
    throw FormatError.noMatch(pattern: pattern)
  }
  let all = (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  let ending = ".partial"
  let whole = pattern.hasSuffix(ending) ? all : all.filter { !$0.hasSuffix(ending) }
  guard !whole.isEmpty else { throw FormatError.noMatch(pattern: pattern) }
  return whole.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

private func isPatternByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "~"): true
  default: false
  }
}
