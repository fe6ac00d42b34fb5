/// Which of the shared connections takes the next statement.
enum LoadBalance {
  /// One connection as the choice sees it.
  struct Load {
    /// Statements under way; nil for a connection that is not open.
    let inFlight: Int?
    /// Its oldest statement has been running for long: what goes behind it would wait.
    let isSlow: Bool
  }

  /// The one with the fewest under way below `limit`, slow ones last; the scan starts at `start` so that
  /// equals take turns. Nil when none has room.
  static func choose(count: Int, limit: Int, start: Int, load: (Int) -> Load) -> Int? {
    var best: Int?
    var bestScore = Int.max
    for step in 0..<count {
      let index = (start + step) % count
      let candidate = load(index)
      guard let inFlight = candidate.inFlight, inFlight < limit else { continue }
      let score = inFlight + (candidate.isSlow ? limit : 0)
      if score < bestScore { (best, bestScore) = (index, score) }
    }
    return best
  }
}
