import CasebookValues
import Glibc
import Synchronization

/// Hashes of texts and reals at a precision; those of a dictionary are made once.
final class TextHashes: Sendable {
  private let precision: FingerprintPrecision
  private let known = Mutex<[ObjectIdentifier: Known]>([:])

  private struct Known {
    // Held, so that no other dictionary can come to have the same identity.
    let dictionary: TextDictionary
    let hashes: Buffer<UInt64>
  }

  init(_ precision: FingerprintPrecision) { self.precision = precision }

  /// The hash of every entry of a dictionary.
  func hashes(of dictionary: TextDictionary, isDynamic: Bool) -> Buffer<UInt64> {
    // A block's own dictionary is met once.
    guard dictionary.isDistinct else { return made(dictionary, isDynamic) }
    return known.withLock { known in
      if let found = known[ObjectIdentifier(dictionary)] { return found.hashes }
      let hashes = made(dictionary, isDynamic)
      known[ObjectIdentifier(dictionary)] = Known(dictionary: dictionary, hashes: hashes)
      return hashes
    }
  }

  private func made(_ dictionary: TextDictionary, _ isDynamic: Bool) -> Buffer<UInt64> {
    Buffer(count: dictionary.count) { target in
      for code in 0..<dictionary.count {
        let bytes = dictionary.bytes(code)
        if isDynamic, precision == .significant, let value = Dynamic(json: bytes) {
          target[code] = UInt64(bitPattern: XXHash64.hash(value.withSignificantReals.jsonText))
        } else {
          target[code] = XXHash64.hash(UnsafeRawBufferPointer(bytes))
        }
      }
    }
  }

  /// Writes the hash of every real.
  func hash(_ reals: Buffer<Double>, into values: UnsafeMutablePointer<UInt64>) {
    for row in 0..<reals.count {
      let value = precision == .exact ? reals.base[row] : significant(reals.base[row])
      values[row] = mixed(value.isNaN ? Double.nan.bitPattern : (value + 0.0).bitPattern)
    }
  }
}

/// A real at 12 significant digits.
public func significant(_ value: Double) -> Double {
  guard value.isFinite, value != 0 else { return value }
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { space in
    guard let text = space.baseAddress else { return value }
    withVaList([value]) { _ = vsnprintf(text, 40, "%.11e", $0) }
    return strtod(text, nil)
  }
}

extension Dynamic {
  /// The value with every real in it at 12 significant digits.
  fileprivate var withSignificantReals: Dynamic {
    switch self {
    case .real(let value): .real(significant(value))
    case .array(let items): .array(items.map(\.withSignificantReals))
    case .bag(let pairs): .bag(pairs.map { ($0.key, $0.value.withSignificantReals) })
    default: self
    }
  }
}
