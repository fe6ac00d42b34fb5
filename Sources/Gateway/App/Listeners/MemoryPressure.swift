import Dispatch
import Glibc
import Synchronization
import Telemetry

/// Whether the process has come close to the memory that it may have; then no more clients are let in, before the
/// kernel ends the process with all of them. Any thread.
final class MemoryPressure: Sendable {
  private let limit: Atomic<Int>
  private let high = Atomic(false)
  private let timer = Mutex<(any DispatchSourceTimer)?>(nil)

  /// - Parameter limit: bytes; nil for the limit of the control group, if it has one.
  init(limit: Int?, _ registry: MetricsRegistry) {
    self.limit = Atomic(limit ?? Self.systemLimit ?? .max)
    registry.sampled(
      MetricNames.memoryLimit, kind: .gauge, help: "Memory from which on no more connections are accepted."
    ) { [weak self] in
      self.flatMap { $0.bound == .max ? nil : Double($0.bound) }
    }
  }

  var isHigh: Bool { high.load(ordering: .relaxed) }

  /// What is left free is for the answers under way.
  private var bound: Int {
    let limit = limit.load(ordering: .relaxed)
    return limit == .max ? .max : limit / 10 * 9
  }

  func use(limit: Int?) { self.limit.store(limit ?? Self.systemLimit ?? .max, ordering: .relaxed) }

  /// Looks every second from now on.
  func start() {
    timer.withLock { kept in
      let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
      timer.schedule(deadline: .now(), repeating: .seconds(1))
      timer.setEventHandler { [weak self] in self?.look() }
      timer.resume()
      kept = timer
    }
  }

  func stop() {
    timer.withLock { timer in
      timer?.cancel()
      timer = nil
    }
  }

  private func look() {
    guard bound != .max, let pages = Self.numbers(in: "/proc/self/statm").dropFirst().first else { return }
    high.store(pages * sysconf(Int32(_SC_PAGESIZE)) > bound, ordering: .relaxed)
  }

  /// Of a container, in either version of control groups.
  private static var systemLimit: Int? {
    let files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    // Version 1 says "no limit" by a number that no machine has.
    for file in files {
      if let limit = Self.numbers(in: file).first, limit > 0, limit < 1 << 50 { return limit }
    }
    return nil
  }

  /// The numbers in a short file.
  private static func numbers(in path: String) -> [Int] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return [] }
    let words = String(decoding: bytes[..<count], as: UTF8.self).split { $0 == " " || $0 == "\n" }
    return words.compactMap { Int($0) }
  }
}
