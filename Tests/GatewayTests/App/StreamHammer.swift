import Synchronization

/// A client that keeps ten streams of an HTTP/2 connection open, and goes on with another connection when it is told that
/// this one ends. Streams beyond those that the GOAWAY names may be asked for again; all others must be answered.
final class StreamHammer: Sendable {
  private struct State {
    var answers = 0
    var isOver = false
  }

  private let state = Mutex(State())
  private let task: Mutex<Task<(connections: Int, failures: [String]), any Error>?> = Mutex(nil)

  init(port: Int) {
    task.withLock { $0 = Task { [self] in try await ask(port) } }
  }

  /// Waits for so many more answers.
  func wait(forMore count: Int) async throws {
    let goal = state.withLock(\.answers) + count
    for _ in 0..<2_000 {
      if state.withLock(\.answers) >= goal { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw RawClient.Timeout()
  }

  /// How many connections it took, and which streams were not answered as they should be.
  func stop() async throws -> (connections: Int, failures: [String]) {
    state.withLock { $0.isOver = true }
    return try await task.withLock { $0 }?.value ?? (0, [])
  }

  private var isOver: Bool { state.withLock(\.isOver) }

  private func ask(_ port: Int) async throws -> (connections: Int, failures: [String]) {
    var connections = 0
    var failures: [String] = []
    while !isOver {
      connections += 1
      failures += try await askOnOneConnection(port)
    }
    return (connections, failures)
  }

  /// The streams that failed.
  private func askOnOneConnection(_ port: Int) async throws -> [String] {
    let client = try FrameClient(port: port)
    defer { client.close() }
    var failures: [String] = []
    var open: [UInt32] = []
    var next: UInt32 = 1
    while true {
      while open.count < 10, client.goAway == nil, !isOver {
        try client.request(next)
        open.append(next)
        next += 2
      }
      let taken = open.filter { $0 <= client.goAway?.last ?? .max }
      if taken.isEmpty { return failures }
      do {
        let hadGoAway = client.goAway?.last
        try await client.wait { client in
          client.goAway?.last != hadGoAway || taken.contains { client.answer($0).hasEnded }
        }
      } catch {
        return failures + taken.map { "stream \($0) was not answered" }
      }
      for stream in open where client.answer(stream).hasEnded {
        if client.answer(stream).status != "200" { failures.append("stream \(stream) was not 200") }
        state.withLock { $0.answers += 1 }
      }
      open.removeAll { client.answer($0).hasEnded }
    }
  }
}
