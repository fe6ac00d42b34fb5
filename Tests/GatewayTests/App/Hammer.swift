import Foundation
import Synchronization

/// Clients that ask without a pause, and count everything that is not the answer they want. Each keeps its connection
/// until it is told that it ends, or opens one for each request.
final class Hammer: Sendable {
  private struct State {
    var answers = 0
    var failures: [String] = []
    var running = 0
    var isOver = false
  }

  private let state = Mutex(State())

  /// - Parameter keepsAlive: one connection for many requests.
  init(port: Int, clients: Int, keepsAlive: Bool) {
    state.withLock { $0.running = clients }
    for _ in 0..<clients {
      Thread.detachNewThread { [self] in
        while !state.withLock({ $0.isOver }) { ask(port, keepsAlive: keepsAlive) }
        state.withLock { $0.running -= 1 }
      }
    }
  }

  var answers: Int { state.withLock { $0.answers } }

  /// Waits for so many more answers.
  func wait(forMore count: Int) async throws {
    let goal = answers + count
    for _ in 0..<2_000 {
      if answers >= goal { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw RawClient.Timeout()
  }

  /// What went wrong, after the last answer.
  func stop() async throws -> [String] {
    state.withLock { $0.isOver = true }
    for _ in 0..<2_000 {
      if state.withLock({ $0.running }) == 0 { return state.withLock { $0.failures } }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw RawClient.Timeout()
  }

  /// The requests of one connection.
  private func ask(_ port: Int, keepsAlive: Bool) {
    do {
      let client = try RawClient(port: port)
      var isOpen = true
      while isOpen, !state.withLock({ $0.isOver }) {
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\(keepsAlive ? "" : "Connection: close\r\n")\r\n")
        let answer = try client.receiveAnswer()
        isOpen = !answer.contains("Connection: close")
        state.withLock { state in
          state.answers += 1
          if !answer.hasPrefix("HTTP/1.1 200") { state.failures.append(String(answer.prefix(40))) }
        }
      }
    } catch {
      state.withLock { $0.failures.append("\(error)") }
    }
  }
}
