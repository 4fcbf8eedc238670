/// What the first lines of a file tell: the byte between cells, whether they begin with a header, and
/// the names of the columns.
struct Dialect: Sendable {
  var delimiter: UInt8
  var hasHeader: Bool
  var names: [String]
  var notes: [String] = []

  /// Reads the dialect off the first bytes of a text; `isWhole` says that there are no more.
  init(head: [UInt8], isWhole: Bool, options: CSVOptions) {
    let reading = FieldReading(options)
    let delimiter =
      options.delimiter ?? Self.likelyDelimiter(head, isWhole: isWhole, options: options)
    self.delimiter = delimiter
    let records = sampleRecords(
      head, RecordMarks(delimiter: delimiter, quote: options.quote), isWhole: isWhole, limit: 1000)
    hasHeader = options.hasHeader ?? Self.looksLikeHeader(records, reading)
    let first = records.first ?? []
    if hasHeader {
      (names, notes) = columnNames(first.map { String(decoding: $0, as: UTF8.self) })
    } else {
      names = (0..<first.count).map { "column_\($0 + 1)" }
    }
  }

  /// The delimiter that cuts the most records into the same number of cells, more cells before fewer.
  private static func likelyDelimiter(
    _ head: [UInt8], isWhole: Bool, options: CSVOptions
  ) -> UInt8 {
    let usual = options.decimalMark == UInt8(ascii: ",") ? UInt8(ascii: ";") : UInt8(ascii: ",")
    var best = (delimiter: usual, share: 0.0, cells: 1)
    for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), 9, UInt8(ascii: "|")]
    where candidate != options.quote && candidate != options.decimalMark {
      let marks = RecordMarks(delimiter: candidate, quote: options.quote)
      let counts = sampleRecords(head, marks, isWhole: isWhole, limit: 200).map(\.count)
      guard let cells = counts.first, cells > 1 else { continue }
      let share = Double(counts.count { $0 == cells }) / Double(counts.count)
      if share > best.share || (share == best.share && cells > best.cells) {
        best = (candidate, share, cells)
      }
    }
    return best.delimiter
  }

  /// A first record is a header unless a cell of it is a number, time or truth value like the rest of
  /// its column.
  ///
  /// A cell that is blank there and nowhere below is a name left out.
  private static func looksLikeHeader(_ records: [[[UInt8]]], _ reading: FieldReading) -> Bool {
    guard let first = records.first else { return true }
    var isLikeTheRest = false
    for (column, cell) in first.enumerated() {
      let below = records.dropFirst()
      if cell.isEmpty, below.count > 2,
        below.allSatisfy({ $0.count > column && !$0[column].isEmpty })
      {
        return true
      }
      var rest = TypeEvidence()
      for record in below where column < record.count {
        record[column].withUnsafeBufferPointer { reading.note($0, in: &rest) }
      }
      var own = TypeEvidence()
      cell.withUnsafeBufferPointer { reading.note($0, in: &own) }
      let isTyped = own.hasValues && !own.possible.isEmpty
      if !isTyped, own.hasValues, rest.hasValues, !rest.possible.isEmpty { return true }
      if isTyped, !rest.hasValues || !rest.possible.isDisjoint(with: own.possible) {
        isLikeTheRest = true
      }
    }
    return !isLikeTheRest
  }
}

/// Names for the columns: cells of the header, `column_N` where blank, `_2` and so on where repeated.
private func columnNames(_ cells: [String]) -> (names: [String], notes: [String]) {
  var names: [String] = []
  var notes: [String] = []
  var taken = Set<String>()
  let given = Set(cells.map(trimmedName))
  for (position, cell) in cells.enumerated() {
    var name = trimmedName(cell)
    if name.isEmpty {
      name = "column_\(position + 1)"
      notes.append("column \(position + 1) has no name and is called \(name)")
    }
    if taken.contains(name) {
      var number = 2
      while taken.contains("\(name)_\(number)") || given.contains("\(name)_\(number)") {
        number += 1
      }
      notes.append("column \(name) occurs again and is called \(name)_\(number)")
      name = "\(name)_\(number)"
    }
    taken.insert(name)
    names.append(name)
  }
  return (names, notes)
}

private func trimmedName(_ cell: String) -> String {
  let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" }
  let start = cell.drop(while: blank)
  guard let last = start.lastIndex(where: { !blank($0) }) else { return "" }
  return String(start[...last])
}

/// The cells of the first records of a text, without a last record that may go on.
func sampleRecords(
  _ head: [UInt8], _ marks: RecordMarks, isWhole: Bool, limit: Int
) -> [[[UInt8]]] {
  var records: [[[UInt8]]] = []
  var record: [[UInt8]] = []
  var cell: [UInt8] = []
  var index = 0
  var isQuoted = false
  var isStart = true
  while index < head.count, records.count < limit {
    let byte = head[index]
    index += 1
    if isQuoted {
      if byte != marks.quote {
        cell.append(byte)
      } else if index < head.count, head[index] == marks.quote {
        cell.append(byte)
        index += 1
      } else {
        isQuoted = false
      }
    } else if byte == marks.quote, isStart {
      isQuoted = true
      isStart = false
    } else if byte == marks.delimiter {
      record.append(cell)
      cell = []
      isStart = true
    } else if byte == 10 || byte == 13 {
      if byte == 13, index < head.count, head[index] == 10 { index += 1 }
      if !(record.isEmpty && cell.isEmpty && isStart) { records.append(record + [cell]) }
      record = []
      cell = []
      isStart = true
    } else if byte != 0 {
      cell.append(byte)
      isStart = false
    }
  }
  let isLastWhole = isWhole || records.isEmpty
  if isLastWhole, records.count < limit, !(record.isEmpty && cell.isEmpty && isStart) {
    records.append(record + [cell])
  }
  return records
}
