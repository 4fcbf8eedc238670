/// What the first bytes of a file are if they are not text, in words; nil for text.
func binaryKind(_ head: [UInt8]) -> String? {
  for (magic, kind) in knownKinds where head.starts(with: magic) { return kind }
  guard head.count >= 64 else { return nil }
  var zeros = [0, 0]
  var controls = 0
  for (index, byte) in head.enumerated() {
    if byte == 0 { zeros[index & 1] += 1 }
    if byte < 32, byte != 9, byte != 10, byte != 13 { controls += 1 }
  }
  // ASCII in two bytes a letter: every second byte is zero.
  if zeros.contains(where: { $0 * 10 > head.count * 4 }) {
    return "text in UTF-16 without its mark"
  }
  return controls * 10 > head.count ? "binary data" : nil
}

private let knownKinds: [(magic: [UInt8], kind: String)] = [
  ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
  ([0xFF, 0xD8, 0xFF], "a JPEG image"),
  (Array("GIF8".utf8), "a GIF image"),
  (Array("%PDF-".utf8), "a PDF document"),
  ([0x50, 0x4B, 0x03, 0x04], "a spreadsheet or ZIP archive"),
  ([0xD0, 0xCF, 0x11, 0xE0], "an old spreadsheet or document"),
  (Array("PAR1".utf8), "a Parquet file"),
  (Array("ARROW1".utf8), "an Arrow file"),
  (Array("SQLite format 3".utf8), "an SQLite database"),
  ([0x7F, 0x45, 0x4C, 0x46], "a program"),
  (Array("BZh".utf8), "bzip2-compressed data"),
  ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz-compressed data"),
]
