internal import Dispatch
internal import Synchronization
package import Telemetry

/// The numbers of the last minute: a sample every ten seconds, so that what is counted for ever can be said of now.
package final class TrafficHistory: Sendable {
  private struct Sample {
    let nanoseconds: UInt64
    let numbers: [Double]
  }

  private let registry: MetricsRegistry
  private let samples: Mutex<[Sample]>
  private static let everySeconds = 10
  private static let windowNanoseconds: UInt64 = 60_000_000_000

  package init(_ registry: MetricsRegistry) {
    self.registry = registry
    samples = Mutex([Self.sample(registry)])
    schedule()
  }

  private func schedule() {
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + .seconds(Self.everySeconds)) {
      [weak self] in
      self?.take()
      self?.schedule()
    }
  }

  /// What has happened since the oldest sample of the last minute.
  package func report() -> TrafficReport {
    let layout = registry.layout()
    let now = Self.sample(registry)
    let then = samples.withLock { samples in
      // A series more, after a reload, moves the places of the others: the minute begins anew.
      samples.removeAll { $0.numbers.count != now.numbers.count }
      return samples.first
    }
    let seconds = then.map { Double(now.nanoseconds - $0.nanoseconds) / 1e9 } ?? 0
    return TrafficReport(
      layout, now: now.numbers, then: then?.numbers ?? now.numbers, seconds: max(seconds, 0.001))
  }

  private func take() {
    let now = Self.sample(registry)
    samples.withLock { samples in
      samples.removeAll {
        now.nanoseconds - $0.nanoseconds > Self.windowNanoseconds || $0.numbers.count != now.numbers.count
      }
      samples.append(now)
    }
  }

  private static func sample(_ registry: MetricsRegistry) -> Sample {
    Sample(nanoseconds: DispatchTime.now().uptimeNanoseconds, numbers: registry.numbers())
  }
}
