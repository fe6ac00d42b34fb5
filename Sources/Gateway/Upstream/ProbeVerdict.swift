/// What a series of questions says about one server. The first answer decides alone; after that it takes as many in a
/// row as the configuration says to change it.
struct ProbeVerdict: Sendable {
  private(set) var isHealthy: Bool?
  private var inARow = 0
  private let downAfter: Int
  private let upAfter: Int

  init(downAfter: Int, upAfter: Int) {
    self.downAfter = downAfter
    self.upAfter = upAfter
  }

  /// One question has been answered, well or not.
  ///
  /// - Returns: the verdict when it is new.
  mutating func note(_ isGood: Bool) -> Bool? {
    guard let isHealthy else {
      self.isHealthy = isGood
      return isGood
    }
    guard isGood != isHealthy else {
      inARow = 0
      return nil
    }
    inARow += 1
    guard inARow >= (isGood ? upAfter : downAfter) else { return nil }
    inARow = 0
    self.isHealthy = isGood
    return isGood
  }
}
