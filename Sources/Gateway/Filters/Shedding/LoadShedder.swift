/// Decides which requests an upstream is spared when it is slow: low priorities first, then normal ones, critical
/// ones never. A pure value for one upstream on one event loop, with the clock handed in.
///
/// It keeps a limit on requests that wait for the first byte of their answer. As in CoDel (RFC 8289) a window of
/// time is slow when even its quick answers are: when fewer than a quarter of them came within the target. As in
/// TCP the limit then falls to three quarters of what was under way, and grows by a sixteenth with each window
/// that is not slow. At its ceiling, where it begins, nobody is refused.
package struct LoadShedder: Sendable {
  private static let window: UInt64 = 100_000_000
  /// So few at once are not the reason for slowness, and are never too many.
  package static let least = 8

  private let target: UInt64
  private let connections: Int
  package let ceiling: Int
  /// How many may be under way; at `ceiling` it is not looked at.
  package private(set) var limit: Int
  package private(set) var underWay = 0
  private var windowEnd: UInt64 = 0
  private var peak = 0
  private var answers = 0
  private var quickAnswers = 0
  /// Since when nothing has been answered that is waited for.
  private var waitingSince: UInt64 = 0

  /// - Parameters:
  ///   - connections: so many of normal priority may always be under way.
  ///   - ceiling: what the connections and the queue could hold.
  package init(targetMilliseconds: Int, connections: Int, ceiling: Int) {
    self.connections = connections
    target = UInt64(targetMilliseconds) * 1_000_000
    self.ceiling = max(ceiling, Self.least)
    limit = self.ceiling
  }

  /// Whether somebody is being refused at the moment.
  package var isLimiting: Bool { limit < ceiling }

  /// Whether the request may be sent; then `ended` must follow.
  ///
  /// - Parameter now: nanoseconds of a clock that never goes back.
  package mutating func admit(_ priority: RouteConfiguration.Priority, now: UInt64) -> Bool {
    if now >= windowEnd { endWindow(now) }
    guard underWay < room(priority) else { return false }
    if underWay == 0 { waitingSince = now }
    underWay += 1
    peak = max(peak, underWay)
    return true
  }

  /// The request has its answer's first byte, or never will.
  ///
  /// - Parameter isAnswer: false when it was given up; that says something only if it had waited long.
  package mutating func ended(startedAt: UInt64, now: UInt64, isAnswer: Bool) {
    underWay -= 1
    let isQuick = now <= startedAt + target
    if isAnswer || !isQuick {
      answers += 1
      if isQuick { quickAnswers += 1 }
      waitingSince = now
    }
    if now >= windowEnd { endWindow(now) }
  }

  private func room(_ priority: RouteConfiguration.Priority) -> Int {
    guard isLimiting else { return .max }
    switch priority {
    case .critical: return .max
    case .normal: return max(limit, connections)
    case .low: return limit / 2
    }
  }

  private mutating func endWindow(_ now: UInt64) {
    if isSlow(now) {
      if peak >= Self.least { limit = max(Self.least, min(limit, peak) * 3 / 4) }
    } else if isLimiting {
      grow(windows: 1 + (now - windowEnd) / Self.window)
    }
    (answers, quickAnswers, peak) = (0, 0, underWay)
    windowEnd = now + Self.window
  }

  private func isSlow(_ now: UInt64) -> Bool {
    if answers > 0 { return quickAnswers * 4 < answers }
    return underWay > 0 && now > waitingSince + target
  }

  /// Windows in which nobody asked count too.
  private mutating func grow(windows: UInt64) {
    for _ in 0..<min(windows, 1_000) where limit < ceiling {
      limit = min(ceiling, limit + max(1, limit / 16))
    }
  }
}
