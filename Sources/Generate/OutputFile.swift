import Glibc

/// One file of a set: written beside its place, put there by `commit`, removed when let go before.
final class OutputFile {
  let name: String
  private let path: String
  private let unfinishedPath: String
  private var descriptor: Int32
  private var rows = 0
  private var bytes = 0
  private var isCommitted = false

  init(_ name: String, in directory: String, header: String) throws(GenerateError) {
    self.name = name
    path = directory + "/" + name
    unfinishedPath = path + ".unfinished"
    // What an earlier, killed run left is of no use; a link there must not be followed.
    unlink(unfinishedPath)
    descriptor = open(unfinishedPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(path) }
    try write(Array(header.utf8), rows: 0)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isCommitted { unlink(unfinishedPath) }
  }

  func write(_ text: [UInt8], rows: Int) throws(GenerateError) {
    self.rows += rows
    bytes += text.count
    if let error = Self.writeAll(text, to: descriptor, path: path) { throw error }
  }

  /// Closes the file; a late write error shows only here.
  func finish() throws(GenerateError) {
    let status = close(descriptor)
    descriptor = -1
    if status != 0 { throw Self.failure(path) }
  }

  func commit() throws(GenerateError) -> WrittenFile {
    guard rename(unfinishedPath, path) == 0 else { throw Self.failure(path) }
    isCommitted = true
    return WrittenFile(name: name, rows: rows, bytes: bytes)
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Makes the directory and those above it, if they are not there.
  static func prepareDirectory(_ path: String) throws(GenerateError) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path) }
      return
    }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    if !parent.isEmpty { try prepareDirectory(parent) }
    if mkdir(path, 0o755) != 0 && errno != EEXIST {
      throw .cannotMakeDirectory(path, reason: reason(errno))
    }
  }

  /// Writes all bytes; the error is returned because rethrowing through a buffer closure would
  /// lose its type.
  static func writeAll(_ text: [UInt8], to descriptor: Int32, path: String) -> GenerateError? {
    text.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let written = Glibc.write(descriptor, part.baseAddress, part.count)
        if written < 0 {
          if errno == EINTR { continue }
          return failure(path)
        }
        rest = rest.dropFirst(written)
      }
      return nil
    }
  }

  /// The last system error as ours.
  private static func failure(_ path: String) -> GenerateError {
    let code = errno
    if code == ENOSPC || code == EDQUOT { return .diskFull(path) }
    return .cannotWrite(path, reason: reason(code))
  }

  private static func reason(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}

/// The four files, put in their places together.
struct OutputSet {
  let cases: OutputFile
  let events: OutputFile
  let reviews: OutputFile
  let volumes: OutputFile

  init(directory: String, replace: Bool) throws(GenerateError) {
    if !replace { try Self.refuseExisting(in: directory) }
    cases = try OutputFile(CasesFile.name, in: directory, header: CasesFile.header)
    events = try OutputFile(EventsFile.name, in: directory, header: EventsFile.header)
    reviews = try OutputFile(ReviewsFile.name, in: directory, header: ReviewsFile.header)
    volumes = try OutputFile(VolumesFile.name, in: directory, header: VolumesFile.header)
  }

  func commit() throws(GenerateError) -> [WrittenFile] {
    let files = [cases, events, reviews, volumes]
    // All are whole before the first takes its place.
    for file in files { try file.finish() }
    var written: [WrittenFile] = []
    for file in files { written.append(try file.commit()) }
    return written
  }

  private static func refuseExisting(in directory: String) throws(GenerateError) {
    let names = [CasesFile.name, EventsFile.name, ReviewsFile.name, VolumesFile.name]
    let present = names.filter { OutputFile.exists(directory + "/" + $0) }
    if !present.isEmpty { throw .filesExist(directory: directory, names: present) }
  }
}
