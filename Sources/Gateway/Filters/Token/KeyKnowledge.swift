/// How much an event loop knows of the keys that there are: whether a token that names another one may be right all
/// the same. Times are nanoseconds of a clock that never goes back.
package struct KeyKnowledge: Sendable, Equatable {
  /// What is to be said of a key that is not in the set.
  package enum Judgement { case isUnknown, isPossible, cannotBeTold }

  /// Between the beginnings of two fetches.
  package var floor: UInt64
  package var isFetching = false
  package var beganAt: UInt64 = 0
  package var endedAt: UInt64 = 0
  package var hasSucceeded = false

  package init(floorSeconds: Int) { floor = UInt64(floorSeconds) * 1_000_000_000 }

  /// - Parameter waitedSince: when the request came that has waited for a fetch; nil before.
  package func judge(now: UInt64, waitedSince: UInt64?) -> Judgement {
    if let waitedSince { return hasSucceeded && endedAt >= waitedSince ? .isUnknown : .cannotBeTold }
    if isFetching || now >= beganAt + floor { return .isPossible }
    return hasSucceeded ? .isUnknown : .cannotBeTold
  }
}
