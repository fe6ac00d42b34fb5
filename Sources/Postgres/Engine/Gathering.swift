/// Decides how long the I/O thread stays away while the server has plenty to do, so that answers come several at a time:
/// a wake-up costs more than an answer, and one by one each of them wakes four threads. Interrupt moderation, as
/// network cards do it.
struct Gathering {
  /// With fewer under way nobody is made to wait.
  private static let least = 8
  private static let shortest: Int64 = 50_000
  /// What an answer is delayed by at most, in nanoseconds. The server has others of the same client to answer meanwhile.
  private static let longest: Int64 = 2_000_000

  private var length: Int64 = 0

  /// Nanoseconds to stay away, zero for not at all: longer while less than a quarter of what is under way is answered
  /// at a time, shorter from a half on.
  mutating func pause(inFlight: Int, answered: Int) -> Int64 {
    if inFlight < Self.least {
      length = 0
    } else if answered < inFlight / 4 {
      length = min(max(length * 2, Self.shortest), Self.longest)
    } else if answered > inFlight / 2 {
      length /= 2
    }
    return length
  }
}
