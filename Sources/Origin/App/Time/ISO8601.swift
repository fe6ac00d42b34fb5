import Foundation
import Scheduling

/// The text forms of the API that Scheduling's instants, which count whole seconds, do not have.
enum ISO8601 {
  /// `YYYY-MM-DDTHH:mm:ss.SSSZ`.
  static func text(_ date: Date) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    append(date, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the same.
  static func append(_ date: Date, to bytes: inout [UInt8]) {
    let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded(.down))
    let rest = milliseconds % 1000 + (milliseconds % 1000 < 0 ? 1000 : 0)
    Instant(seconds: (milliseconds - rest) / 1000).append(to: &bytes, offset: nil)
    // Over the zeros that the text of a whole second ends with, before its Z.
    let last = bytes.count - 2
    bytes[last - 2] += UInt8(rest / 100)
    bytes[last - 1] += UInt8(rest / 10 % 10)
    bytes[last] += UInt8(rest % 10)
  }
}
