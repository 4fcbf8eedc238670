import CasebookValues

/// The cells of one column in a batch of records.
struct FieldBatch {
  let text: UnsafePointer<UInt8>
  /// The column's cell in the first record; the next one is `stride` further.
  let spans: UnsafePointer<FieldSpan>
  let stride: Int
  let rowCount: Int

  /// The bytes of a row's cell.
  @inline(__always)
  func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
    let span = spans[row &* stride]
    return UnsafeBufferPointer(start: text + Int(span.start), count: Int(span.length))
  }
}

/// Parses a batch's cells into values.
///
/// Cells that `parse` refuses become null and their rows are
/// listed, except where there is nothing but white space. Returns how many rows are null.
@inline(__always)
func parseCells<Value>(
  _ batch: FieldBatch, _ reading: FieldReading, into values: UnsafeMutablePointer<Value>,
  _ valid: UnsafeMutablePointer<UInt8>, null: Value, refused: inout [Int],
  _ parse: (UnsafeBufferPointer<UInt8>) -> Value?
) -> Int {
  var nullCount = 0
  for row in 0..<batch.rowCount {
    let cell = batch.bytes(row)
    if !reading.isNull(batch.text + Int(batch.spans[row &* batch.stride].start), cell.count) {
      if let value = parse(cell) {
        values[row] = value
        valid[row] = 1
        continue
      }
      let body = trimmed(cell)
      if body.count > 0 {
        if body.count < cell.count, let value = parse(body) {
          values[row] = value
          valid[row] = 1
          continue
        }
        refused.append(row)
      }
    }
    values[row] = null
    valid[row] = 0
    nullCount &+= 1
  }
  return nullCount
}

/// Reads ISO timestamps, remembering the last day: neighbours mostly share it.
struct ISOReader {
  private var dayHead: UInt64 = 0
  private var dayTail: UInt16 = 0
  private var midnight: Int64 = -1
  private(set) var hasLocalTimes = false

  @inline(__always)
  mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ reading: FieldReading
  ) -> Int64? {
    guard bytes.count == 19 || (bytes.count == 20 && bytes[19] == UInt8(ascii: "Z")),
      let start = bytes.baseAddress, bytes[10] == UInt8(ascii: "T") || bytes[10] == 32
    else { return readSlowly(bytes, reading) }
    let raw = UnsafeRawPointer(start)
    let head = raw.loadUnaligned(as: UInt64.self)
    let tail = raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    if head != dayHead || tail != dayTail || midnight < 0 {
      guard let day = parseISO(UnsafeBufferPointer(start: start, count: 10)) else { return nil }
      dayHead = head
      dayTail = tail
      midnight = day.ticks
    }
    guard
      let seconds = secondOfDay(
        UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 11, as: UInt64.self)))
    else { return nil }
    let ticks = midnight &+ seconds &* Ticks.perSecond
    if bytes.count == 20 { return ticks }
    hasLocalTimes = true
    return reading.timezone == nil
      ? ticks : reading.utc(TimestampReading(ticks: ticks, hasOffset: false))
  }

  @inline(never)
  private mutating func readSlowly(
    _ bytes: UnsafeBufferPointer<UInt8>, _ reading: FieldReading
  ) -> Int64? {
    guard let result = parseISO(bytes) else { return nil }
    if !result.hasOffset, bytes.count > 10 { hasLocalTimes = true }
    return reading.utc(result)
  }

  /// `hh:mm:ss` in one word, the first letter lowest.
  @inline(__always)
  private func secondOfDay(_ word: UInt64) -> Int64? {
    // Digits become 0 to 9 and colons 0; whatever else was there does not.
    let digits = word ^ 0x3030_3A30_303A_3030
    guard (digits &+ 0x7676_7F76_767F_7676 | digits) & 0x8080_8080_8080_8080 == 0 else {
      return nil
    }
    let hour = (digits & 15) &* 10 &+ (digits >> 8 & 15)
    let minute = (digits >> 24 & 15) &* 10 &+ (digits >> 32 & 15)
    let second = (digits >> 48 & 15) &* 10 &+ digits >> 56
    guard hour < 24, minute < 60, second < 60 else { return nil }
    return Int64(hour &* 3600 &+ minute &* 60 &+ second)
  }
}
