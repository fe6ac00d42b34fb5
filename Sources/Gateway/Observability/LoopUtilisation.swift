internal import Glibc
internal import Synchronization
package import Telemetry

/// How much of its time an event loop works: the processor time of its thread, read once in each tick. Its rate is the
/// share, 1 when the loop never waits.
package final class LoopUtilisation: Sendable {
  private let nanoseconds = Atomic<Int>(0)

  package init(_ registry: MetricsRegistry, loop: Int) {
    registry.sampled(
      MetricNames.loopBusy, kind: .counter, help: "Processor time of each event loop.",
      labels: ["loop": "\(loop)"]
    ) { [weak self] in
      self.map { Double($0.nanoseconds.load(ordering: .relaxed)) / 1e9 }
    }
  }

  /// On the loop's own thread.
  package func note() {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return }
    nanoseconds.store(time.tv_sec * 1_000_000_000 + time.tv_nsec, ordering: .relaxed)
  }
}
