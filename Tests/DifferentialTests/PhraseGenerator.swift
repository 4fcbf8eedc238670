import CasebookTestSupport
import CasebookValues

/// One expression as both languages write it.
struct Phrase {
  var kql: String
  /// Truth as 0 and 1, moments and durations as ticks.
  var sql: String
  /// A bound of its absolute value, where it is a number, so that nothing overflows or loses digits.
  var size = 1.0
}

/// A column that expressions may name.
struct Known {
  var name: String
  var type: ScalarType
  var size: Double
}

/// Makes expressions of any type over some columns.
///
/// Where the languages differ on purpose, the SQL says what KQL means:
/// - `==` with one null is false and `!=` true; with two nulls both are null. SQL has `is` for this.
/// - `in` is false and `!in` true for null.
/// - A text has no null: everything that could be null in SQL is made `''`.
/// - `%` is never negative, and `bin` floors.
/// - A real divided by zero is an infinity in KQL and null in SQLite: divisors are not zero.
/// - Texts are ASCII where case counts, as SQLite's `lower` knows no other letters.
struct PhraseGenerator {
  var random: RepeatableRandom
  let columns: [Known]

  init(_ random: RepeatableRandom, _ columns: [Known]) {
    self.random = random
    self.columns = columns
  }

  static let types: [ScalarType] = [.long, .real, .string, .bool, .datetime, .timespan]

  mutating func phrase(_ type: ScalarType, depth: Int) -> Phrase {
    if depth <= 0 || random.oneIn(4) { return leaf(type) }
    if random.oneIn(6) { return choice(type, depth - 1) }
    switch type {
    case .long: return long(depth - 1)
    case .real: return real(depth - 1)
    case .string: return text(depth - 1)
    case .bool: return condition(depth - 1)
    case .datetime: return moment(depth - 1)
    default: return duration(depth - 1)
    }
  }

  // MARK: Leaves

  private mutating func leaf(_ type: ScalarType) -> Phrase {
    let fitting = columns.filter { $0.type == type }
    if !fitting.isEmpty, !random.oneIn(4) {
      let column = random.pick(fitting)
      return Phrase(kql: column.name, sql: "\"\(column.name)\"", size: column.size)
    }
    return literal(type)
  }

  mutating func literal(_ type: ScalarType) -> Phrase {
    if type != .string, random.oneIn(8) { return Phrase(kql: "\(type.name)(null)", sql: "null") }
    switch type {
    case .bool:
      let value = random.oneIn(2)
      return Phrase(kql: "\(value)", sql: value ? "1" : "0")
    case .long:
      let value = random.int(-3...7)
      return Phrase(kql: "(\(value))", sql: "(\(value))", size: 8)
    case .real:
      let value = Double(random.int(-8...12)) / 4
      return Phrase(kql: "(\(value))", sql: "(\(value))", size: 4)
    case .datetime:
      let hours = random.int(0...60)
      let text = "datetime(2026-01-\(two(1 + hours / 24)) \(two(hours % 24)):00)"
      return Phrase(kql: text, sql: "\(SmallWorld.datetime(hours: hours))")
    case .timespan:
      let hours = random.int(0...30)
      return Phrase(kql: "\(hours)h", sql: "\(Int64(hours) * Ticks.perHour)", size: 3e12)
    default: return textLiteral(random.pick(SmallWorld.texts))
    }
  }

  private func textLiteral(_ value: String) -> Phrase {
    let doubled = value.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "''")
    return Phrase(kql: "\"\(value)\"", sql: "'\(doubled)'", size: 8)
  }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  // MARK: Any type

  private mutating func choice(_ type: ScalarType, _ depth: Int) -> Phrase {
    let first = phrase(type, depth: depth)
    let second = phrase(type, depth: depth)
    let size = max(first.size, second.size)
    let condition = phrase(.bool, depth: depth)
    switch random.int(0...2) {
    case 0:
      return Phrase(
        kql: "iff(\(condition.kql), \(first.kql), \(second.kql))",
        sql: "(case when \(condition.sql) then \(first.sql) else \(second.sql) end)", size: size)
    case 1:
      let third = phrase(type, depth: depth)
      let other = phrase(.bool, depth: depth)
      return Phrase(
        kql:
          "case(\(condition.kql), \(first.kql), \(other.kql), \(second.kql), \(third.kql))",
        sql:
          "(case when \(condition.sql) then \(first.sql) when \(other.sql) then \(second.sql) else \(third.sql) end)",
        size: max(size, third.size))
    default:
      let sql =
        type == .string
        ? "(case when \(first.sql) <> '' then \(first.sql) else \(second.sql) end)"
        : "coalesce(\(first.sql), \(second.sql))"
      return Phrase(kql: "coalesce(\(first.kql), \(second.kql))", sql: sql, size: size)
    }
  }

  // MARK: Numbers

  private mutating func long(_ depth: Int) -> Phrase {
    let a = phrase(.long, depth: depth)
    switch random.int(0...9) {
    case 0: return sum(a, phrase(.long, depth: depth), "+")
    case 1: return sum(a, phrase(.long, depth: depth), "-")
    case 2: return product(a, phrase(.long, depth: depth))
    case 3:
      // By zero, null in both.
      let b = phrase(.long, depth: depth)
      return Phrase(kql: "(\(a.kql) / \(b.kql))", sql: "(\(a.sql) / \(b.sql))", size: a.size)
    case 4:
      let b = phrase(.long, depth: depth)
      return Phrase(
        kql: "(\(a.kql) % \(b.kql))",
        sql: "(((\(a.sql) % \(b.sql)) + abs(\(b.sql))) % abs(\(b.sql)))", size: b.size)
    case 5:
      let width = random.int(1...5)
      return Phrase(
        kql: "bin(\(a.kql), \(width))", sql: floored(a.sql, "\(width)"), size: a.size + 5)
    case 6: return Phrase(kql: "abs(\(a.kql))", sql: "abs(\(a.sql))", size: a.size)
    case 7:
      let text = phrase(.string, depth: depth)
      return Phrase(kql: "strlen(\(text.kql))", sql: "length(\(text.sql))", size: text.size)
    case 8:
      let text = phrase(.string, depth: depth)
      let part = textLiteral(random.pick(["a", "b", "bc", "0"]))
      return Phrase(
        kql: "indexof(\(text.kql), \(part.kql))", sql: "(instr(\(text.sql), \(part.sql)) - 1)",
        size: text.size)
    default:
      let moment = phrase(.datetime, depth: depth)
      return Phrase(
        kql: "tolong(hourofday(\(moment.kql)))", sql: "(\(moment.sql) / \(Ticks.perHour) % 24)",
        size: 24)
    }
  }

  private mutating func real(_ depth: Int) -> Phrase {
    let a = phrase(.real, depth: depth)
    switch random.int(0...6) {
    case 0: return sum(a, phrase(.real, depth: depth), "+")
    case 1: return sum(a, phrase(.long, depth: depth), "-")
    case 2: return product(a, phrase(.real, depth: depth))
    case 3:
      let divisor = random.pick([-2.0, -0.5, 0.25, 4])
      return Phrase(
        kql: "(\(a.kql) / (\(divisor)))", sql: "(\(a.sql) / (\(divisor)))", size: a.size * 4)
    case 4:
      let whole = phrase(.long, depth: depth)
      return Phrase(
        kql: "toreal(\(whole.kql))", sql: "cast(\(whole.sql) as real)", size: whole.size)
    case 5:
      let span = phrase(.timespan, depth: depth)
      return Phrase(
        kql: "(\(span.kql) / 1h)", sql: "(cast(\(span.sql) as real) / \(Ticks.perHour).0)",
        size: max(span.size / 3.6e10, 1))
    default: return Phrase(kql: "abs(\(a.kql))", sql: "abs(\(a.sql))", size: a.size)
    }
  }

  private func sum(_ a: Phrase, _ b: Phrase, _ sign: String) -> Phrase {
    Phrase(
      kql: "(\(a.kql) \(sign) \(b.kql))", sql: "(\(a.sql) \(sign) \(b.sql))", size: a.size + b.size)
  }

  private func product(_ a: Phrase, _ b: Phrase) -> Phrase {
    let size = max(a.size, 1) * max(b.size, 1)
    if size > 1e9 { return a }
    return Phrase(kql: "(\(a.kql) * \(b.kql))", sql: "(\(a.sql) * \(b.sql))", size: size)
  }

  private func floored(_ value: String, _ width: String) -> String {
    "(\(value) - (((\(value)) % \(width)) + \(width)) % \(width))"
  }

  // MARK: Times

  private mutating func moment(_ depth: Int) -> Phrase {
    let a = phrase(.datetime, depth: depth)
    switch random.int(0...3) {
    case 0:
      // A bounded duration keeps moments within the calendar.
      let span = literal(.timespan)
      return Phrase(kql: "(\(a.kql) + \(span.kql))", sql: "(\(a.sql) + \(span.sql))")
    case 1:
      let span = literal(.timespan)
      return Phrase(kql: "(\(a.kql) - \(span.kql))", sql: "(\(a.sql) - \(span.sql))")
    case 2:
      let hours = random.int(1...9)
      return Phrase(
        kql: "bin(\(a.kql), \(hours)h)",
        sql: "(\(a.sql) - \(a.sql) % \(Int64(hours) * Ticks.perHour))")
    default:
      return Phrase(kql: "startofday(\(a.kql))", sql: "(\(a.sql) - \(a.sql) % \(Ticks.perDay))")
    }
  }

  private mutating func duration(_ depth: Int) -> Phrase {
    switch random.int(0...3) {
    case 0:
      let a = phrase(.datetime, depth: depth)
      let b = phrase(.datetime, depth: depth)
      return Phrase(kql: "(\(a.kql) - \(b.kql))", sql: "(\(a.sql) - \(b.sql))", size: 1e14)
    case 1: return sum(phrase(.timespan, depth: depth), phrase(.timespan, depth: depth), "+")
    case 2:
      let factor = random.int(-3...3)
      let span = literal(.timespan)
      return Phrase(
        kql: "(\(span.kql) * (\(factor)))", sql: "(\(span.sql) * (\(factor)))", size: 1e13)
    default:
      let a = phrase(.timespan, depth: depth)
      return Phrase(
        kql: "bin(\(a.kql), 5h)", sql: floored(a.sql, "\(5 * Ticks.perHour)"), size: a.size + 2e11)
    }
  }

  // MARK: Texts

  private mutating func text(_ depth: Int) -> Phrase {
    let a = phrase(.string, depth: depth)
    switch random.int(0...6) {
    case 0:
      let b = phrase(.string, depth: depth)
      if a.size + b.size > 1000 { return a }
      return Phrase(
        kql: "strcat(\(a.kql), \(b.kql))", sql: "(\(a.sql) || \(b.sql))", size: a.size + b.size)
    case 1: return Phrase(kql: "toupper(\(a.kql))", sql: "upper(\(a.sql))", size: a.size)
    case 2: return Phrase(kql: "tolower(\(a.kql))", sql: "lower(\(a.sql))", size: a.size)
    case 3:
      let start = random.int(0...3)
      let count = random.int(0...3)
      return Phrase(
        kql: "substring(\(a.kql), \(start), \(count))",
        sql: "substr(\(a.sql), \(start + 1), \(count))", size: a.size)
    case 4:
      let number = phrase(.long, depth: depth)
      return Phrase(
        kql: "tostring(\(number.kql))", sql: "coalesce(cast(\(number.sql) as text), '')", size: 20)
    case 5:
      return Phrase(
        kql: "replace_string(\(a.kql), \"a\", \"-\")", sql: "replace(\(a.sql), 'a', '-')",
        size: a.size)
    default:
      let b = phrase(.string, depth: depth)
      if a.size + b.size > 1000 { return a }
      return Phrase(
        kql: "strcat_delim(\"/\", \(a.kql), \(b.kql))", sql: "(\(a.sql) || '/' || \(b.sql))",
        size: a.size + b.size + 1)
    }
  }

  // MARK: Conditions

  private mutating func condition(_ depth: Int) -> Phrase {
    switch random.int(0...11) {
    case 0...3: return comparison(depth)
    case 4...5:
      let word = random.oneIn(2) ? "and" : "or"
      let a = phrase(.bool, depth: depth)
      let b = phrase(.bool, depth: depth)
      return Phrase(kql: "(\(a.kql) \(word) \(b.kql))", sql: "(\(a.sql) \(word) \(b.sql))")
    case 6:
      let a = phrase(.bool, depth: depth)
      return Phrase(kql: "not(\(a.kql))", sql: "(not \(a.sql))")
    case 7: return presence(depth)
    case 8: return membership(depth)
    case 9: return range(depth)
    default: return search(depth)
    }
  }

  private mutating func comparison(_ depth: Int) -> Phrase {
    let type = random.pick(Self.types)
    let a = phrase(type, depth: depth)
    let b = phrase(type == .long && random.oneIn(3) ? .real : type, depth: depth)
    let sign = random.pick(
      type == .bool ? ["==", "!="] : ["==", "==", "!=", "!=", "<", "<=", ">", ">="])
    let kql = "(\(a.kql) \(sign) \(b.kql))"
    guard sign == "==" || sign == "!=" else {
      return Phrase(kql: kql, sql: "(\(a.sql) \(sign) \(b.sql))")
    }
    let test = "(\(a.sql) \(sign == "==" ? "is" : "is not") \(b.sql))"
    if type == .string { return Phrase(kql: kql, sql: test) }
    return Phrase(
      kql: kql,
      sql: "(case when (\(a.sql)) is null and (\(b.sql)) is null then null else \(test) end)")
  }

  private mutating func presence(_ depth: Int) -> Phrase {
    let type = random.pick(Self.types)
    let a = phrase(type, depth: depth)
    let isText = type == .string
    switch random.int(0...3) {
    case 0: return Phrase(kql: "isnull(\(a.kql))", sql: isText ? "0" : "((\(a.sql)) is null)")
    case 1:
      return Phrase(kql: "isnotnull(\(a.kql))", sql: isText ? "1" : "((\(a.sql)) is not null)")
    case 2:
      return Phrase(
        kql: "isempty(\(a.kql))", sql: isText ? "(\(a.sql) = '')" : "((\(a.sql)) is null)")
    default:
      return Phrase(
        kql: "isnotempty(\(a.kql))",
        sql: isText ? "(\(a.sql) <> '')" : "((\(a.sql)) is not null)")
    }
  }

  private mutating func membership(_ depth: Int) -> Phrase {
    let type = random.pick([ScalarType.long, .string, .real, .datetime])
    let a = phrase(type, depth: depth)
    let list = (0...random.int(0...2)).map { _ -> Phrase in
      var item = literal(type)
      while item.sql == "null" { item = literal(type) }
      return item
    }
    let kql = list.map(\.kql).joined(separator: ", ")
    let sql = list.map(\.sql).joined(separator: ", ")
    if type == .string, random.oneIn(2) {
      let small = list.map { "lower(\($0.sql))" }.joined(separator: ", ")
      return Phrase(kql: "(\(a.kql) in~ (\(kql)))", sql: "(lower(\(a.sql)) in (\(small)))")
    }
    return random.oneIn(2)
      ? Phrase(kql: "(\(a.kql) in (\(kql)))", sql: "coalesce(\(a.sql) in (\(sql)), 0)")
      : Phrase(kql: "(\(a.kql) !in (\(kql)))", sql: "coalesce(\(a.sql) not in (\(sql)), 1)")
  }

  private mutating func range(_ depth: Int) -> Phrase {
    let type = random.pick([ScalarType.long, .real, .datetime, .timespan])
    let a = phrase(type, depth: depth)
    let low = phrase(type, depth: depth - 1)
    let high = phrase(type, depth: depth - 1)
    let isNegated = random.oneIn(3)
    return Phrase(
      kql: "(\(a.kql) \(isNegated ? "!between" : "between") (\(low.kql) .. \(high.kql)))",
      sql:
        "(\(isNegated ? "not " : "")((\(a.sql)) between (\(low.sql)) and (\(high.sql))))")
  }

  private mutating func search(_ depth: Int) -> Phrase {
    let a = phrase(.string, depth: depth)
    let part = random.pick(["a", "B", "ab", "0", "", "日", "b a"])
    let needle = textLiteral(part)
    let small = "lower(\(needle.sql))"
    let count = part.unicodeScalars.count
    let (word, sql): (String, String)
    switch random.int(0...6) {
    case 0: (word, sql) = ("contains", "(instr(lower(\(a.sql)), \(small)) > 0)")
    case 1: (word, sql) = ("!contains", "(instr(lower(\(a.sql)), \(small)) = 0)")
    case 2: (word, sql) = ("contains_cs", "(instr(\(a.sql), \(needle.sql)) > 0)")
    case 3: (word, sql) = ("startswith", "(substr(lower(\(a.sql)), 1, \(count)) = \(small))")
    case 4: (word, sql) = ("startswith_cs", "(substr(\(a.sql), 1, \(count)) = \(needle.sql))")
    case 5:
      (word, sql) = (
        "endswith",
        count == 0
          ? "1"
          : "(length(\(a.sql)) >= \(count) and substr(lower(\(a.sql)), -\(count)) = \(small))"
      )
    default: (word, sql) = ("=~", "(lower(\(a.sql)) = \(small))")
    }
    return Phrase(kql: "(\(a.kql) \(word) \(needle.kql))", sql: sql)
  }
}
