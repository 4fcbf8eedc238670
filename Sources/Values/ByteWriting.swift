/// The digits of 0 to 99, two by two, so that numbers are written a pair at a time.
private let digitPairs: StaticString =
  """
  00010203040506070809101112131415161718192021222324252627282930313233343536373839\
  40414243444546474849505152535455565758596061626364656667686970717273747576777879\
  8081828384858687888990919293949596979899
  """

/// Writes a number from 0 to 99 as two digits.
@inline(__always)
func writePair(_ value: Int, _ output: UnsafeMutablePointer<UInt8>) {
  let pair = digitPairs.utf8Start + 2 &* value
  output[0] = pair[0]
  output[1] = pair[1]
}

/// Writes a number right-aligned over exactly `count` digits, zeros in front.
func writePadded(_ value: Int64, count: Int, _ output: UnsafeMutablePointer<UInt8>) {
  var rest = value
  var index = count
  while index > 0 {
    index -= 1
    output[index] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
    rest /= 10
  }
}

/// Text made by a function that writes at most `capacity` bytes of ASCII.
@inlinable
public func asciiText(
  capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int
) -> String {
  String(unsafeUninitializedCapacity: capacity) { buffer in
    guard let base = buffer.baseAddress else { return 0 }
    return write(base)
  }
}

/// The bytes of a text, without a copy where its storage allows.
@inlinable
public func withBytes<Result>(
  of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  if let result = text.utf8.withContiguousStorageIfAvailable(body) { return result }
  var copy = text
  return copy.withUTF8(body)
}

/// The part of a buffer between leading and trailing ASCII white space.
@inlinable
public func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
  var start = 0
  var end = bytes.count
  while start < end, isASCIISpace(bytes[start]) { start += 1 }
  while end > start, isASCIISpace(bytes[end - 1]) { end -= 1 }
  return UnsafeBufferPointer(rebasing: bytes[start..<end])
}

/// Whether a byte is a blank or a control character that counts as white space.
@inlinable
public func isASCIISpace(_ byte: UInt8) -> Bool {
  byte == 32 || (byte >= 9 && byte <= 13)
}

/// Whether a byte is an ASCII digit.
@inlinable
public func isASCIIDigit(_ byte: UInt8) -> Bool {
  byte &- 48 < 10
}

/// A byte with ASCII capitals made small.
@inlinable
public func asciiLowered(_ byte: UInt8) -> UInt8 {
  byte &- 65 < 26 ? byte | 32 : byte
}
