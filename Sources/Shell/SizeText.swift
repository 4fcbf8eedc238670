/// The bytes that a size such as `2G`, `512M` or `1.5 GiB` means; nil when it is none.
///
/// Units are powers of 1024, as memory is counted.
public func bytes(ofSize text: String) -> Int? {
  let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
  guard let count = Double(number), count > 0 else { return nil }
  let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
  let powers = ["": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4]
  let short =
    unit.hasSuffix("ib")
    ? String(unit.dropLast(2))
    : unit.count == 2 && unit.hasSuffix("b") ? String(unit.dropLast()) : unit
  guard let power = powers[short] else { return nil }
  let size = (0..<power).reduce(count) { size, _ in size * 1024 }
  return size >= 1 && size < 0x1p62 ? Int(size) : nil
}
