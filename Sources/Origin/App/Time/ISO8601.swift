import Foundation
import Scheduling

/// The text forms of the API that Scheduling's instants, which count whole seconds, do not have.
enum ISO8601 {
  /// `YYYY-MM-DDTHH:mm:ss.SSSZ`.
  static func text(_ date: Date) -> String {
    let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded(.down))
    let whole = Instant(Date(timeIntervalSince1970: (Double(milliseconds) / 1000).rounded(.down)))
    let rest = milliseconds - whole.seconds * 1000
    let text = whole.text
    let digits = String(1000 + rest).dropFirst()
    return text.dropLast(4) + digits + "Z"
  }
}
