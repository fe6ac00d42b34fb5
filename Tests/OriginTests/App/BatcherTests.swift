import Synchronization
import Testing

@testable import Origin

/// What is asked at the same moment goes together, and nobody suffers from it.
@Suite struct BatcherTests {
  private struct Wrong: Error {}

  @Test(.timeLimit(.minutes(10)))
  func `who comes first goes alone, the others gather and go together, each with his own answer`()
    async throws
  {
    let gate = Gate()
    let seen = Mutex<[[Int]]>([])
    let batcher = Batcher<Int, Int>(
      limits: .init(items: 8, batches: 1, patience: .seconds(60)), isOfOne: { _ in false }
    ) {
      items in
      seen.withLock { $0.append(items) }
      if items == [0] { await gate.wait() }
      return items.map { $0 * 10 }
    }
    try await withThrowingTaskGroup(of: (Int, Int).self) { group in
      group.addTask { (0, try await batcher.answer(0)) }
      while seen.withLock({ $0.isEmpty }) { await Task.yield() }
      for item in 1...20 { group.addTask { (item, try await batcher.answer(item)) } }
      while batcher.waitingCount < 20 { await Task.yield() }
      gate.open()
      for try await (item, answer) in group { #expect(answer == item * 10) }
    }
    #expect(seen.withLock { $0.map(\.count) } == [1, 8, 8, 4])
    #expect(seen.withLock { Set($0.joined()) } == Set(0...20))
  }

  @Test(.timeLimit(.minutes(10)))
  func `one that is wrong fails alone, and an error of all is everybody's`() async throws {
    for isOfOne in [true, false] {
      let batcher = Batcher<Int, Int>(
        limits: .init(items: 8, batches: 1, patience: .seconds(60)), isOfOne: { _ in isOfOne }
      ) {
        items in
        if items.contains(5) { throw Wrong() }
        return items
      }
      let failed = await withTaskGroup(of: Int?.self) { group in
        for item in 0..<20 {
          group.addTask { (try? await batcher.answer(item)) == item ? nil : item }
        }
        return await group.reduce(into: Set<Int>()) { if let item = $1 { $0.insert(item) } }
      }
      #expect(isOfOne ? failed == [5] : failed.contains(5))
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `what takes long does not hold up those who come later`() async throws {
    let gate = Gate()
    let batcher = Batcher<Int, Int>(
      limits: .init(items: 8, batches: 2, patience: .milliseconds(5)), isOfOne: { _ in false }
    ) {
      items in
      if items.contains(where: { $0 < 2 }) { await gate.wait() }
      return items
    }
    try await withThrowingTaskGroup(of: Int.self) { group in
      for item in 0..<2 { group.addTask { try await batcher.answer(item) } }
      // Both lanes are stuck by now, or will be: the third must come through all the same.
      #expect(try await batcher.answer(7) == 7)
      gate.open()
      for try await _ in group {}
    }
  }
}

/// Closed until somebody opens it.
private final class Gate: Sendable {
  private let (stream, continuation) = AsyncStream.makeStream(of: Void.self)

  func wait() async { for await _ in stream {} }
  func open() { continuation.finish() }
}
