/// The parts of a file's path as `parse_path` names them; both kinds of slash part folders.
public func parsePath(_ path: String) -> Dynamic {
  var rest = path[...]
  var scheme: Substring = ""
  if let colon = rest.firstIndex(of: ":"), rest[colon...].hasPrefix("://") {
    scheme = rest[..<colon]
    rest = rest[colon...].dropFirst(3)
  }
  let isSlash = { (character: Character) in character == "/" || character == "\\" }
  let root = rest.count >= 3 && rest.dropFirst().first == ":" ? rest.prefix(3) : ""
  let slash = rest.lastIndex(where: isSlash)
  let directory = slash.map { rest[..<$0] } ?? ""
  var file = slash.map { rest[rest.index(after: $0)...] } ?? rest
  var stream: Substring = ""
  if let colon = file.firstIndex(of: ":") {
    stream = file[file.index(after: colon)...]
    file = file[..<colon]
  }
  let name = directory.split(whereSeparator: isSlash).last ?? ""
  let suffix = file.lastIndex(of: ".").map { file[file.index(after: $0)...] } ?? ""
  let parts: [(String, Substring)] = [
    ("Scheme", scheme), ("RootPath", root), ("DirectoryPath", directory), ("DirectoryName", name),
    ("Filename", file), ("Extension", suffix), ("AlternateDataStreamName", stream),
  ]
  return .bag(parts.map { ($0.0, .string(String($0.1))) })
}
