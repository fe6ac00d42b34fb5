/// Who of a pool gets the next booking: a pure function of what was given out before, so that every
/// process, asked the same question, gives the same answer, and the runner-up under a race is known.
package enum RoundRobin {
  /// The indices of `candidates`, the best first.
  ///
  /// Hand in those who are free for the slot. The highest priority comes first; within it whoever is not yet
  /// at their share; then the lowest (assigned + 1) / weight; then the least recently assigned, never
  /// before all others; then the lowest host id. Taking the first each time keeps everybody's count within
  /// one booking of their share, which the quotient alone would not do for a heavy host among many light
  /// ones (Balinski and Young's quota method).
  package static func order(_ candidates: [Candidate]) -> [Int] {
    let totals = Dictionary(grouping: candidates, by: \.priority).mapValues(Totals.init)
    let isBehind = candidates.map { totals[$0.priority].map($0.isBehind) ?? true }
    return candidates.indices.sorted { left, right in
      let (one, other) = (candidates[left], candidates[right])
      if one.priority != other.priority { return one.priority > other.priority }
      if isBehind[left] != isBehind[right] { return isBehind[left] }
      return one.precedes(other) ?? (left < right)
    }
  }

  /// What `assigned` a host who joins starts with, as if he had been there from the start: his first booking
  /// comes when it would be the turn of whoever of his priority is furthest behind. From zero he would get
  /// all bookings until he had caught up; from the others' most, none until they had.
  ///
  /// `others` are the hosts that are there already. Store the answer with the host once, and count on from
  /// it. The same holds for one who comes back or whose weight or priority is changed.
  package static func assignedOnJoining(weight: Int, priority: Priority, others: [Candidate]) -> Int {
    let peers = others.filter { $0.priority == priority }
    guard let next = peers.min(by: { $0.quotient(isBelow: $1) == true }) else { return 0 }
    let weight = Candidate.bounded(weight: weight)
    // The least count whose quotient (assigned + 1) / weight is no better than that of the next in turn.
    return ((next.assigned + 1) * weight + next.weight - 1) / next.weight - 1
  }
}

/// What all candidates of one priority have together.
private struct Totals {
  let assigned: Int
  let weight: Int

  init(_ candidates: [RoundRobin.Candidate]) {
    assigned = candidates.reduce(0) { $0 + $1.assigned }
    weight = candidates.reduce(0) { $0 + $1.weight }
  }
}

extension RoundRobin.Candidate {
  /// Whether, with the next booking counted in, the share of all is more than was assigned so far:
  /// assigned < weight * (all assigned + 1) / all weights.
  fileprivate func isBehind(_ totals: Totals) -> Bool {
    let mine = assigned.multipliedFullWidth(by: totals.weight)
    let share = weight.multipliedFullWidth(by: totals.assigned + 1)
    return (mine.high, mine.low) < (share.high, share.low)
  }

  /// Nil when the quotients (assigned + 1) / weight are the same.
  fileprivate func quotient(isBelow other: Self) -> Bool? {
    let (mine, its) = ((assigned + 1) * other.weight, (other.assigned + 1) * weight)
    return mine == its ? nil : mine < its
  }

  /// Within one priority and one side of the share; nil when nothing tells them apart.
  fileprivate func precedes(_ other: Self) -> Bool? {
    if let isBelow = quotient(isBelow: other) { return isBelow }
    if lastAssigned != other.lastAssigned {
      guard let mine = lastAssigned else { return true }
      return other.lastAssigned.map { mine < $0 } ?? false
    }
    return hostID == other.hostID ? nil : hostID < other.hostID
  }
}
