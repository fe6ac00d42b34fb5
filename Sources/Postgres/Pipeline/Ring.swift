/// A first-in first-out queue in one block of memory that grows by doubling and is reused.
struct Ring<Element> {
  private var slots: [Element?]
  private var head = 0
  private(set) var count = 0

  init(minimumCapacity: Int = 16) {
    var capacity = 16
    while capacity < minimumCapacity { capacity *= 2 }
    slots = Array(repeating: nil, count: capacity)
  }

  var isEmpty: Bool { count == 0 }

  var first: Element? { count == 0 ? nil : slots[head] }

  mutating func append(_ element: Element) {
    if count == slots.count { grow() }
    slots[(head + count) & (slots.count - 1)] = element
    count += 1
  }

  /// Puts back what was taken out: it is the first again.
  mutating func prepend(_ element: Element) {
    if count == slots.count { grow() }
    head = (head + slots.count - 1) & (slots.count - 1)
    slots[head] = element
    count += 1
  }

  mutating func popFirst() -> Element? {
    guard count > 0 else { return nil }
    defer {
      slots[head] = nil
      head = (head + 1) & (slots.count - 1)
      count -= 1
    }
    return slots[head]
  }

  /// The element `offset` places behind the first; nil past the end.
  subscript(offset: Int) -> Element? {
    guard offset >= 0, offset < count else { return nil }
    return slots[(head + offset) & (slots.count - 1)]
  }

  /// Changes an element in place; there must be one at that offset.
  mutating func update<R>(at offset: Int, _ body: (inout Element) -> R) -> R {
    let index = (head + offset) & (slots.count - 1)
    guard offset < count, var element = slots[index].take() else {
      preconditionFailure("nothing at \(offset) of \(count)")
    }
    defer { slots[index] = element }
    return body(&element)
  }

  /// Drops what matches; gives how many that were. Order is kept.
  mutating func removeAll(where matches: (Element) -> Bool) -> Int {
    let before = count
    for _ in 0..<before {
      guard let element = popFirst() else { break }
      if !matches(element) { append(element) }
    }
    return before - count
  }

  private mutating func grow() {
    var larger: [Element?] = []
    larger.reserveCapacity(slots.count * 2)
    for offset in 0..<count { larger.append(self[offset]) }
    larger.append(contentsOf: repeatElement(nil, count: slots.count * 2 - count))
    slots = larger
    head = 0
  }
}
