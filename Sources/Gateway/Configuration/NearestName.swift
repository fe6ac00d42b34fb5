/// Guesses what somebody meant to write.
enum NearestName {
  /// The known name that is at most a third of its letters or a swap away, nil when none is near.
  static func to(_ name: String, among known: [String]) -> String? {
    let candidates = known.map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
    guard let best = candidates.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else {
      return nil
    }
    return best.distance <= max(best.name.count < 4 ? 1 : 2, best.name.count / 3) ? best.name : nil
  }

  /// Levenshtein's, bounded by the length of what is compared.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard left.count <= 64 else { return .max }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = a == b ? diagonal : 1 + min(diagonal, above, row[j])
        diagonal = above
      }
    }
    return row[right.count]
  }
}
