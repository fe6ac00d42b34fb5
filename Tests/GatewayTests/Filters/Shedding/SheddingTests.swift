import Foundation
import Logging
import Synchronization
import Testing

@testable import Gateway

/// A whole gateway before an upstream that cannot keep up.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SheddingTests {
  private static let settings = """
    routes:
      - {path: /low/*, upstream: main, priority: low}
      - {path: /critical/*, upstream: main, priority: critical}
    """

  fileprivate struct Figures: Sendable {
    var statuses: [Int: Int] = [:]
    var times: [Duration] = []
    var answer = ""

    mutating func add(_ other: Figures) {
      statuses.merge(other.statuses, uniquingKeysWith: +)
      times += other.times
      if !other.answer.isEmpty { answer = other.answer }
    }
  }

  /// So many connections ask one after the other until `isOver`.
  private func load(
    _ gateway: RunningGateway, _ target: String, connections: Int,
    until isOver: @escaping @Sendable () -> Bool
  ) async -> Figures {
    let port = gateway.port
    return await withCheckedContinuation { continuation in
      let box = FiguresBox()
      let ended = DispatchGroup()
      for _ in 0..<connections {
        ended.enter()
        Thread.detachNewThread {
          let figures = Self.ask(port, target, until: isOver)
          box.sum.withLock { $0.add(figures) }
          ended.leave()
        }
      }
      ended.notify(queue: .global()) { continuation.resume(returning: box.sum.withLock { $0 }) }
    }
  }

  private static func ask(_ port: Int, _ target: String, until isOver: () -> Bool) -> Figures {
    var figures = Figures()
    guard let client = try? RawClient(port: port) else { return figures }
    while !isOver() {
      let start = ContinuousClock.now
      client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
      guard let answer = try? client.receiveAnswer() else { return figures }
      let status = Int(answer.dropFirst(9).prefix(3)) ?? 0
      figures.statuses[status, default: 0] += 1
      if status == 200 { figures.times.append(ContinuousClock.now - start) }
      if status == 503 {
        figures.answer = answer
        // Somebody who is told to wait, waits.
        usleep(200_000)
      }
    }
    return figures
  }

  @Test func `low priorities give way to critical ones, and nobody does while it is healthy`() async throws {
    let slow = try await SlowUpstream.start(workers: 4, milliseconds: 30)
    let configuration = try FilterGateway.configuration(
      port: slow.port, Self.settings, upstream: "    shed_above_ms: 100\n    connections_per_loop: 512")
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let gateway = RunningGateway(
      gateway: try await Gateway.start(configuration, loopCount: 1, logger: logger))
    // Healthy: two connections keep two of four workers busy.
    let calm = ContinuousClock.now + .seconds(1)
    let healthy = await load(gateway, "/low/a", connections: 2) { ContinuousClock.now > calm }
    #expect(healthy.statuses[503] == nil)
    #expect(healthy.statuses[200] ?? 0 > 0)
    // Each of so many connections would wait for 1200 ms.
    let end = ContinuousClock.now + .seconds(5)
    async let low = load(gateway, "/low/a", connections: 160) { ContinuousClock.now > end }
    try await gateway.wait(for: "gateway_shed_total{priority=\"low\",upstream=\"main\"}") { $0 > 50 }
    let critical = await load(gateway, "/critical/a", connections: 2) { ContinuousClock.now > end }
    let shed = await low
    #expect(critical.statuses[503] == nil)
    #expect(critical.statuses[200] ?? 0 > 0)
    #expect(shed.statuses[503] ?? 0 > 100)
    #expect(shed.statuses[200] ?? 0 > 0)
    #expect(shed.answer.contains("Retry-After: 2\r\n") && shed.answer.contains("\"reason\":\"shed\""))
    let median = critical.times.sorted()[critical.times.count / 2]
    #expect(median < .milliseconds(600), "\(median)")
    print("shedding: critical \(critical.statuses), median \(median); low \(shed.statuses)")
    try await gateway.stop()
    try await slow.stop()
  }
}

private final class FiguresBox: Sendable {
  let sum = Mutex(SheddingTests.Figures())
}
