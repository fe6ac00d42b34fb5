import Glibc
import NIOCore

/// The time on one event loop: one reading per request, from which the rest is derived.
struct LoopClock {
  /// What to add to the steady clock for nanoseconds since 1970; renewed with each tick of the loop.
  private var offset: Int = 0
  private var dateSecond = -1
  /// The Date field of this second with its CR LF.
  private(set) var dateLine: [UInt8] = []

  init() {
    synchronise()
  }

  /// Nanoseconds of a clock that never goes back.
  var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

  /// Milliseconds since 1970 at `time` of the steady clock.
  func milliseconds(at time: UInt64) -> Int { (Int(time) + offset) / 1_000_000 }

  /// Nanoseconds since 1970 at `time` of the steady clock.
  func nanoseconds(at time: UInt64) -> Int { Int(time) + offset }

  /// Seconds since 1970 at `time` of the steady clock.
  func seconds(at time: UInt64) -> Int { (Int(time) + offset) / 1_000_000_000 }

  /// Follows the system's clock, and renews the date when its second is over.
  mutating func synchronise() {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    offset = time.tv_sec * 1_000_000_000 + time.tv_nsec - Int(now)
    if time.tv_sec != dateSecond {
      dateSecond = time.tv_sec
      dateLine = Array("Date: \(HTTPDate.text(dateSecond))\r\n".utf8)
    }
  }
}
