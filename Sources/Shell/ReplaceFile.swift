import Glibc

/// Gives a file another text, whole or not at all.
///
/// The new text is written beside the file and renamed, so that nobody ever sees a part of it. A link
/// stays a link: it is the file behind it that changes.
func replaceFile(
  _ path: String, with text: String, mode newMode: mode_t = 0o644
) throws(FileError) {
  let path = realPath(path)
  let unfinished = path + ".unfinished"
  var status = stat()
  let mode = stat(path, &status) == 0 ? status.st_mode & 0o7777 : newMode
  // What an earlier, killed run left is of no use.
  unlink(unfinished)
  let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
  guard descriptor >= 0 else { throw FileError("write", path) }
  let isWhole = writeAll(Array(text.utf8), to: descriptor) && fsync(descriptor) == 0
  guard close(descriptor) == 0, isWhole, rename(unfinished, path) == 0 else {
    let error = FileError("write", path)
    unlink(unfinished)
    throw error
  }
}

/// Writes all bytes; gives whether that went well.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  var start = 0
  while start < bytes.count {
    let written = bytes.withUnsafeBytes { bytes in
      write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
    }
    if written >= 0 {
      start += written
    } else if errno != EINTR {
      return false
    }
  }
  return true
}

/// Makes the folder of a file, for its owner only.
func makeFolder(of path: String) {
  let folder = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
  for (index, character) in zip(folder.indices, folder)
  where character == "/" && index > folder.startIndex {
    mkdir(String(folder[..<index]), 0o700)
  }
}

private func realPath(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}
