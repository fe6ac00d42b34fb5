import Foundation
import Scheduling
import Synchronization

/// What time it is for bookings: the real time, unless a test holds it still. Token expiry and rate limits
/// follow the real time always.
final class OriginClock: Sendable {
  private let held = Mutex<Date?>(nil)

  init() {}

  var now: Date { held.withLock { $0 } ?? Date() }

  /// Whole seconds, as scheduling counts.
  var instant: Instant { Instant(seconds: Int(now.timeIntervalSince1970.rounded(.down))) }

  /// Holds the time still, or with nil lets it run again.
  func hold(_ date: Date?) { held.withLock { $0 = date } }
}
