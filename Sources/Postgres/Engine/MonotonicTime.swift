import Glibc

/// Nanoseconds of `CLOCK_MONOTONIC`: for deadlines, which must not follow the wall clock.
enum MonotonicTime {
  static var now: Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Puts the thread to sleep; a signal may end that early.
  static func sleep(nanoseconds: Int64) {
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    _ = unsafe nanosleep(&time, nil)
  }
}

extension Duration {
  /// Saturates: a duration of centuries means "never".
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max / 4 : min(product &+ attoseconds / 1_000_000_000, .max / 4)
  }
}
