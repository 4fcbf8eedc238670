import Synchronization

/// An immutable run of plain elements in memory.
///
/// Copies and slices share the bytes.
///
/// `@unchecked Sendable`: the elements are written before the value exists and never after.
public struct Buffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  @usableFromInline let owner: BufferOwner
  /// The first element.
  public let base: UnsafePointer<Element>
  /// How many elements follow `base`.
  public let count: Int

  @inlinable
  init(owner: BufferOwner, base: UnsafePointer<Element>, count: Int) {
    self.owner = owner
    self.base = base
    self.count = count
  }

  /// Makes `count` elements, zeroed, which `fill` then writes.
  ///
  /// Inlined into other modules too: else a loop within `fill` could not be compiled together with
  /// what it calls.
  @inlinable @inline(__always)
  public init(
    count: Int, fill: (UnsafeMutablePointer<Element>) throws -> Void
  ) rethrows {
    let owner = BufferOwner(byteCount: count * MemoryLayout<Element>.stride)
    let start = owner.start.bindMemory(to: Element.self, capacity: max(count, 1))
    try fill(start)
    self.init(owner: owner, base: UnsafePointer(start), count: count)
  }

  /// Zeroed elements for as long as the buffer lives, and where whoever asked writes them before anybody reads.
  static func room(count: Int) -> (buffer: Buffer, start: UnsafeMutablePointer<Element>) {
    let owner = BufferOwner(byteCount: count * MemoryLayout<Element>.stride)
    let start = owner.start.bindMemory(to: Element.self, capacity: max(count, 1))
    return (Buffer(owner: owner, base: UnsafePointer(start), count: count), start)
  }

  /// Copies an array's elements.
  public init(_ elements: [Element]) {
    self.init(count: elements.count) { target in
      elements.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { target.update(from: start, count: source.count) }
      }
    }
  }

  /// `count` copies of one element.
  public init(repeating element: Element, count: Int) {
    self.init(count: count) { $0.update(repeating: element, count: count) }
  }

  /// The elements of `range`, sharing memory.
  public func slice(_ range: Range<Int>) -> Buffer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice within the buffer")
    return Buffer(owner: owner, base: base + range.lowerBound, count: range.count)
  }

  /// One element.
  @inlinable
  public subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "index within the buffer")
    return base[index]
  }

  /// The elements as a buffer pointer, for as long as `self` is alive.
  @inlinable
  public var pointer: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base, count: count)
  }

  /// The elements as an array.
  public var array: [Element] { Array(pointer) }
}

/// A run of elements that grows, then becomes a `Buffer` without a copy.
public struct BufferBuilder<Element: BitwiseCopyable & Sendable> {
  @usableFromInline var owner: BufferOwner
  @usableFromInline var start: UnsafeMutablePointer<Element>
  @usableFromInline var capacity: Int
  @usableFromInline var filled = 0
  /// Elements appended so far.
  @inlinable
  public var count: Int { filled }

  /// An empty run with room for `capacity` elements.
  @inlinable
  public init(capacity: Int = 16) {
    self.capacity = max(capacity, 1)
    owner = BufferOwner(byteCount: self.capacity * MemoryLayout<Element>.stride)
    start = owner.start.bindMemory(to: Element.self, capacity: self.capacity)
  }

  /// Adds one element.
  @inlinable @inline(__always)
  public mutating func append(_ element: Element) {
    if filled == capacity { grow(to: capacity * 2) }
    start[filled] = element
    filled += 1
  }

  /// Adds `more` elements that lie at `source`.
  @inlinable
  public mutating func append(from source: UnsafePointer<Element>, count more: Int) {
    if filled + more > capacity { grow(to: Swift.max(capacity * 2, filled + more)) }
    (start + filled).update(from: source, count: more)
    filled += more
  }

  /// One element appended before.
  @inlinable
  public subscript(index: Int) -> Element {
    get { start[index] }
    set { start[index] = newValue }
  }

  /// The elements so far, valid until the next change.
  @inlinable
  public var pointer: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: start, count: count)
  }

  /// Everything appended.
  ///
  /// The builder starts afresh.
  @inlinable
  public mutating func finish() -> Buffer<Element> {
    let result = Buffer<Element>(owner: owner, base: UnsafePointer(start), count: count)
    self = BufferBuilder(capacity: 1)
    return result
  }

  @inline(never) @usableFromInline
  mutating func grow(to wanted: Int) {
    let larger = BufferOwner(byteCount: wanted * MemoryLayout<Element>.stride)
    let target = larger.start.bindMemory(to: Element.self, capacity: wanted)
    target.update(from: start, count: count)
    owner = larger
    start = target
    capacity = wanted
  }
}

/// How much memory column data holds in this process, so that a bound can be kept.
public enum MemoryAccount {
  static let bytes = Atomic<Int>(0)

  /// Bytes of column data alive now.
  public static var bytesInUse: Int { bytes.load(ordering: .relaxed) }
}

/// Owns the memory of buffers.
///
/// `@unchecked Sendable`: the pointer never changes, and what it points to is written only by the
/// builder that has not yet shared it.
@usableFromInline
final class BufferOwner: @unchecked Sendable {
  @usableFromInline let start: UnsafeMutableRawPointer
  private let byteCount: Int

  @usableFromInline
  init(byteCount: Int) {
    self.byteCount = byteCount
    // calloc gives large runs as untouched zero pages, so no second pass over them is paid.
    start = zeroedMemory(max(byteCount, 1))
    MemoryAccount.bytes.wrappingAdd(byteCount, ordering: .relaxed)
  }

  deinit {
    releaseMemory(start)
    MemoryAccount.bytes.wrappingSubtract(byteCount, ordering: .relaxed)
  }
}
