/// Elements in memory of their own that grows; plain pointers, so that loops over it stay tight.
struct GrowingMemory<Element: BitwiseCopyable> {
  private(set) var start: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    start = .allocate(capacity: self.capacity)
  }

  func release() { start.deallocate() }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(to: count &+ 1) }
    start[count] = element
    count &+= 1
  }

  @inline(__always)
  mutating func append(_ source: UnsafePointer<Element>, _ more: Int) {
    if count &+ more > capacity { grow(to: count &+ more) }
    (start + count).update(from: source, count: more)
    count &+= more
  }

  mutating func reserve(_ wanted: Int) {
    if wanted > capacity { grow(to: wanted) }
  }

  @inline(never)
  private mutating func grow(to wanted: Int) {
    let larger = max(wanted, capacity * 2)
    let target = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    target.update(from: start, count: count)
    start.deallocate()
    start = target
    capacity = larger
  }
}
