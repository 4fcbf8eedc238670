extension Dynamic {
  /// A bag of pairs; a repeated key keeps its place and takes the last value.
  public static func bag(of pairs: [(key: String, value: Dynamic)]) -> Dynamic {
    var builder = BagBuilder()
    for pair in pairs { builder.set(pair.key, pair.value) }
    return builder.bag
  }

  /// One bag of several.
  ///
  /// Of a repeated key the first value counts. What is no bag is left out; nil if none is one.
  public static func merged(_ bags: [Dynamic]) -> Dynamic? {
    var builder = BagBuilder()
    var count = 0
    for bag in bags {
      guard let pairs = bag.pairs else { continue }
      count += 1
      for pair in pairs { builder.setIfAbsent(pair.key, pair.value) }
    }
    return count == 0 ? nil : builder.bag
  }

  /// A bag with a key set; nil for what is no bag.
  public func settingKey(_ key: String, to value: Dynamic) -> Dynamic? {
    guard let pairs else { return nil }
    return Dynamic.bag(of: pairs + [(key, value)])
  }

  /// A bag without some keys, each a plain key or a path such as `$.a.b`; nil for what is no bag.
  public func removingKeys(_ keys: [String]) -> Dynamic? {
    guard pairs != nil else { return nil }
    var result = self
    for key in keys {
      let path = key.hasPrefix("$") ? JSONPath(key) : nil
      result = result.removing(path?.steps[...] ?? [.key(key)])
    }
    return result
  }

  private func removing(_ steps: ArraySlice<JSONPath.Step>) -> Dynamic {
    guard let step = steps.first else { return self }
    let rest = steps.dropFirst()
    switch (self, step) {
    case (.bag(let pairs), .key(let key)):
      if rest.isEmpty { return .bag(pairs.filter { !isSameText($0.key, key) }) }
      return .bag(
        pairs.map { ($0.key, isSameText($0.key, key) ? $0.value.removing(rest) : $0.value) })
    case (.array(var elements), .index(let index)):
      let place = index < 0 ? elements.count + index : index
      guard elements.indices.contains(place), !rest.isEmpty else { return self }
      elements[place] = elements[place].removing(rest)
      return .array(elements)
    default: return self
    }
  }

  /// The value with the keys of every bag in it sorted, as `dynamic_to_json` writes it.
  public var withSortedKeys: Dynamic {
    switch self {
    case .array(let elements): .array(elements.map(\.withSortedKeys))
    case .bag(let pairs):
      .bag(
        pairs.map { ($0.key, $0.value.withSortedKeys) }.sorted { compareText($0.0, $1.0) < 0 })
    default: self
    }
  }
}
