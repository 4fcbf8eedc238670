/// The column names in use, and new ones beside them.
public struct NameSet {
  private var names: Set<String>
  private var unnamed = 0

  /// The names in use so far.
  public init(_ names: some Sequence<String> = []) { self.names = Set(names) }

  /// Marks a name as used.
  public mutating func insert(_ name: String) { names.insert(name) }

  /// The name itself, or with the least number behind it that makes it new.
  public mutating func unique(_ name: String) -> String {
    var candidate = name
    var number = 0
    while names.contains(candidate) {
      number += 1
      candidate = name + "\(number)"
    }
    names.insert(candidate)
    return candidate
  }

  /// `Column1`, `Column2`, ...: the next that is new.
  public mutating func numbered(_ base: String) -> String {
    repeat { unnamed += 1 } while names.contains(base + "\(unnamed)")
    names.insert(base + "\(unnamed)")
    return base + "\(unnamed)"
  }
}
