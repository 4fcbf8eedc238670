extension Scalar {
  /// The value as another type, by the language's conversion functions; null where it cannot be.
  public func converted(to target: ScalarType) -> Scalar {
    if type == target {
      if case .null = self { return .missing(target) }
      return self
    }
    if target == .string { return .string(text) }
    if case .null = self { return .null(target) }
    return conversion(to: target) ?? .null(target)
  }

  private func conversion(to target: ScalarType) -> Scalar? {
    switch target {
    case .bool: convertedBool.map(Scalar.bool)
    case .int: convertedInt.map(Scalar.int)
    case .long: convertedLong.map(Scalar.long)
    case .real: convertedReal.map(Scalar.real)
    case .decimal: convertedReal.map(Scalar.decimal)
    case .string: .string(text)
    case .datetime: convertedInstant.map(Scalar.datetime)
    case .timespan: convertedTimespan.map(Scalar.timespan)
    case .dynamic: convertedDynamic.map(Scalar.dynamic)
    case .guid: convertedGuid.map(Scalar.guid)
    }
  }

  private var convertedBool: Bool? {
    switch self {
    case .bool(let value): value
    case .int(let value): value != 0
    case .long(let value), .timespan(let value), .datetime(let value): value != 0
    case .real(let value), .decimal(let value): value.isNaN ? nil : value != 0
    case .string(let value): withBytes(of: value, parseBool)
    case .dynamic(let value): value.scalar?.convertedBool
    default: nil
    }
  }

  /// A long that is too wide keeps its low 32 bits, as in the engine the language comes from; a
  /// text that is too wide is null there.
  private var convertedInt: Int32? {
    switch self {
    case .int(let value): value
    case .string(let value):
      withBytes(of: value, parseLongPermissive).flatMap { Int32(exactly: $0) }
    case .dynamic(let value): value.scalar?.convertedInt
    default: convertedLong.map { Int32(truncatingIfNeeded: $0) }
    }
  }

  private var convertedLong: Int64? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Int64(value)
    case .long(let value), .datetime(let value), .timespan(let value): value
    case .real(let value), .decimal(let value):
      Int64(exactly: value.rounded(.towardZero))
    case .string(let value): withBytes(of: value, parseLongPermissive)
    case .dynamic(let value): value.scalar?.convertedLong
    default: nil
    }
  }

  private var convertedReal: Double? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .long(let value), .datetime(let value), .timespan(let value): Double(value)
    case .real(let value), .decimal(let value): value
    case .string(let value): withBytes(of: value, parseRealPermissive)
    case .dynamic(let value): value.scalar?.convertedReal
    default: nil
    }
  }

  private var convertedInstant: Int64? {
    switch self {
    case .datetime(let value): value
    case .int(let value): Instant.checked(Int64(value))
    case .long(let value): Instant.checked(value)
    case .string(let value): withBytes(of: value, Instant.parse)
    case .dynamic(let value): value.scalar?.convertedInstant
    default: nil
    }
  }

  private var convertedTimespan: Int64? {
    switch self {
    case .timespan(let value): value
    case .int(let value): Int64(value)
    case .long(let value): value
    case .string(let value): withBytes(of: value, Timespan.parse)
    case .dynamic(let value): value.scalar?.convertedTimespan
    default: nil
    }
  }

  private var convertedDynamic: Dynamic? {
    switch self {
    case .bool(let value): .bool(value)
    case .int(let value): .long(Int64(value))
    case .long(let value): .long(value)
    case .real(let value), .decimal(let value): .real(value)
    // A text that is no JSON stands for itself.
    case .string(let value): Dynamic(json: value) ?? .string(value)
    case .datetime, .timespan, .guid: .string(text)
    case .dynamic(let value): value
    case .null: nil
    }
  }

  private var convertedGuid: String? {
    switch self {
    case .guid(let value): value
    case .string(let value): withBytes(of: value, parseGuid)
    case .dynamic(let value): value.scalar?.convertedGuid
    default: nil
    }
  }
}

extension Dynamic {
  /// A number, text or truth value as a scalar; nil for null, arrays and bags.
  public var scalar: Scalar? {
    switch self {
    case .bool(let value): .bool(value)
    case .long(let value): .long(value)
    case .real(let value): .real(value)
    case .string(let value): .string(value)
    case .null, .array, .bag: nil
    }
  }
}

/// Reads a truth value: `true`, `false` in any case, or a whole number, blanks around it allowed.
public func parseBool(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
  let body = trimmed(bytes)
  if equalsIgnoringCase(body, "true") { return true }
  if equalsIgnoringCase(body, "false") { return false }
  return parseLong(body).map { $0 != 0 }
}

/// Reads 32 hexadecimal digits, with or without hyphens and braces, as a canonical identifier.
public func parseGuid(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
  var body = trimmed(bytes)
  if body.count > 2, let first = body.first, let last = body.last,
    (first == 123 && last == 125) || (first == 40 && last == 41)
  {
    body = UnsafeBufferPointer(rebasing: body[1..<(body.count - 1)])
  }
  return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { output in
    var digits = 0
    var length = 0
    for byte in body where byte != UInt8(ascii: "-") {
      guard digits < 32, hexDigit(byte) != nil else { return nil }
      if digits == 8 || digits == 12 || digits == 16 || digits == 20 {
        output[length] = UInt8(ascii: "-")
        length += 1
      }
      output[length] = asciiLowered(byte)
      length += 1
      digits += 1
    }
    guard digits == 32 else { return nil }
    return String(decoding: output[..<length], as: UTF8.self)
  }
}
