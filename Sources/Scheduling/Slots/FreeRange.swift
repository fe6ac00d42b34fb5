/// A free stretch of time that slots may start in.
struct FreeRange {
  /// Starts lie in here; it ends at a seam, where the next range lays its own grid.
  let starts: Interval
  /// The last slot may reach beyond the seam up to here.
  let limit: Instant

  /// What the hosts offer together, in order of start. The fixed ones and the resources
  /// are all needed; of the pool each
  /// offers ranges of their own, which may overlap and are not joined: nobody else takes over half-way.
  static func all(of free: [IntervalSet], roles: [SlotHost.Role], resources: [IntervalSet] = [])
    -> [FreeRange]
  {
    // Open doors and free rooms are nothing without a person.
    guard roles.contains(where: { $0 != .premises }) else { return [] }
    let fixed = zip(free, roles).filter { $0.1 != .pool }.map(\.0) + resources
    let pool = zip(free, roles).filter { $0.1 == .pool }.map(\.0)
    let common = fixed.dropFirst().reduce(fixed.first) { $0?.intersection($1) }
    guard !pool.isEmpty else { return common.map(withLimits) ?? [] }
    let ranges = pool.flatMap { own in withLimits(common.map { own.intersection($0) } ?? own) }
    return ranges.sorted { ($0.starts.start, $0.starts.end) < ($1.starts.start, $1.starts.end) }
  }

  private static func withLimits(_ set: IntervalSet) -> [FreeRange] {
    var ranges: [FreeRange] = []
    ranges.reserveCapacity(set.intervals.count)
    for interval in set.intervals.reversed() {
      let limit = ranges.last.flatMap { $0.starts.start == interval.end ? $0.limit : nil }
      ranges.append(FreeRange(starts: interval, limit: limit ?? interval.end))
    }
    return ranges.reversed()
  }
}
