import CasebookLanguage
import Glibc

extension SuggestionSearch {
  /// The files of the folder that the path typed so far leads to.
  mutating func offerFiles(quote: Character, isQuoted: Bool) {
    let folder = place.typed.lastIndex(of: "/").map { String(place.typed[...$0]) } ?? ""
    let begun = place.typed.dropFirst(folder.count)
    if isQuoted { replaced = Span(replaced.lower + folder.utf8.count, replaced.upper) }
    let isClosed = follows == quote.asciiValue
    for entry in listed(folder) where begun.hasPrefix(".") || !entry.name.hasPrefix(".") {
      let written = escaped(entry.name, quote: quote) + (entry.isFolder ? "/" : "")
      let end = entry.isFolder || isClosed ? "" : String(quote)
      offer(
        entry.name, text: isQuoted ? written + end : "\(quote)" + written + end,
        entry.isFolder ? .folder : .file, entry.isFolder ? "folder" : "file")
    }
  }

  private func listed(_ folder: String) -> [(name: String, isFolder: Bool)] {
    var path = folder.isEmpty ? "." : folder
    if path.hasPrefix("~/"), let home = getenv("HOME") {
      path = String(cString: home) + path.dropFirst(1)
    }
    return folderEntries(resolved(path, in: engine.configuration.directory))
  }
}

/// The files and folders in a folder by name; none where it cannot be read.
func folderEntries(_ path: String) -> [(name: String, isFolder: Bool)] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var entries: [(name: String, isFolder: Bool)] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name == "." || name == ".." { continue }
    var status = stat()
    let isFolder = stat(path + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    entries.append((name, isFolder))
  }
  return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
}
