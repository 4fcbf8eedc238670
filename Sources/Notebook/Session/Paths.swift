import Glibc

/// The folder in which the program runs.
func currentFolder() -> String {
  guard let path = getcwd(nil, 0) else { return "/" }
  defer { free(path) }
  return String(cString: path)
}

/// A path from the root, without `.` and `..`; patterns such as `*.csv` stay.
func absolute(_ path: String, from folder: String) -> String {
  let whole = path.hasPrefix("/") ? path : folder + "/" + path
  var parts: [Substring] = []
  for part in whole.split(separator: "/") where part != "." {
    if part == ".." { _ = parts.popLast() } else { parts.append(part) }
  }
  return "/" + parts.joined(separator: "/")
}

/// A path as seen from a folder; both from the root.
func relativePath(_ path: String, from folder: String) -> String {
  let target = path.split(separator: "/")
  let base = folder.split(separator: "/")
  var shared = 0
  while shared < min(target.count - 1, base.count), target[shared] == base[shared] { shared += 1 }
  let up = Array(repeating: Substring(".."), count: base.count - shared)
  return (up + target[shared...]).joined(separator: "/")
}
