import Foundation

/// How far somebody has read: when, and a snapshot of the database that holds all that he knows. What is in no such
/// snapshot is news to him, in whatever order it was committed.
struct EdgePosition: Sendable, Equatable {
  /// For how long one can go on from a position. Events are kept for twice as long.
  static let life: TimeInterval = 20 * 60
  private static let longest = 8_192

  var readAt: Date
  /// `xmin:xmax:xip,…` as Postgres writes a pg_snapshot.
  var snapshot: String

  init(readAt: Date, snapshot: String) { (self.readAt, self.snapshot) = (readAt, snapshot) }

  /// Nil for what no position of ours looks like; it comes from outside.
  init?(_ text: String) {
    guard text.utf8.count <= Self.longest, let slash = text.firstIndex(of: "/"),
      let seconds = Self.number(text[..<slash]),
      let snapshot = Self.checked(text[text.index(after: slash)...])
    else { return nil }
    self.init(readAt: Date(timeIntervalSince1970: Double(seconds)), snapshot: snapshot)
  }

  var text: String { "\(Int(readAt.timeIntervalSince1970))/\(snapshot)" }

  func isUsable(at now: Date) -> Bool {
    let age = now.timeIntervalSince(readAt)
    return age < Self.life && age > -Self.life
  }

  /// What Postgres would refuse to read must not reach it: numbers that ascend, `xmin` not above `xmax`.
  private static func checked(_ text: Substring) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let xmin = number(parts[0]), let xmax = number(parts[1]), 0 < xmin, xmin <= xmax
    else { return nil }
    var last = xmin - 1
    for part in parts[2].split(separator: ",", omittingEmptySubsequences: false) where !parts[2].isEmpty {
      guard let xid = number(part), last < xid, xid < xmax else { return nil }
      last = xid
    }
    return String(text)
  }

  private static func number(_ text: Substring) -> Int? {
    guard 1...18 ~= text.utf8.count, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return nil }
    return Int(text)
  }
}
