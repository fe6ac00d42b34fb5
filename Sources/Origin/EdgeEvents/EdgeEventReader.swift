import Foundation
import Logging

/// One stream's way through the edge events: what has become known each time that it is woken, as server-sent events.
struct EdgeEventReader: Sendable {
  /// Seconds after which a quiet stream says that it lives, and how far it has read.
  private static let quiet: TimeInterval = 2
  /// What comes within this is read together.
  private static let gathering = Duration.milliseconds(20)

  let store: EdgeEventStore
  private(set) var position: EdgePosition
  private var lastWords = Date()
  private let logger: Logger

  init(store: EdgeEventStore, position: EdgePosition, logger: Logger) {
    self.store = store
    self.position = position
    self.logger = logger
  }

  /// What is to be sent, which may be nothing; nil when the stream must end, so that the gateway begins anew.
  mutating func next() async -> [UInt8]? {
    do {
      try await Task.sleep(for: Self.gathering)
      let now = Date()
      guard let news = try await store.events(since: position, now: now) else { return nil }
      position = news.position
      guard !news.events.isEmpty || now.timeIntervalSince(lastWords) >= Self.quiet else { return [] }
      lastWords = now
      return Self.block(news.events, then: "alive", at: position)
    } catch {
      logger.notice("an edge event stream ends", metadata: ["error": "\(error)"])
      return nil
    }
  }

  /// Events, and one that says how far they reach: whoever loses the connection in between hears them again.
  static func block(_ events: [EdgeEvent], then name: String, at position: EdgePosition) -> [UInt8] {
    var bytes: [UInt8] = []
    for event in events { bytes += event.lines + [UInt8(ascii: "\n")] }
    return bytes + Array("event: \(name)\nid: \(position.text)\ndata: {}\n\n".utf8)
  }
}
