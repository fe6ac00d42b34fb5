import NIOCore

/// Takes a stream of server-sent events apart (HTML standard, 9.2.6), however it is cut. Bounded: an event that is too
/// long is a broken stream.
struct EventStreamParser {
  struct Event: Equatable {
    /// `message` when the stream names none.
    var name = "message"
    var data = ""
    /// Nil when it says nothing of the position.
    var id: String?
  }

  enum Failure: Error, Equatable {
    case eventTooLong
  }

  private let limit: Int
  private var line: [UInt8] = []
  private var event = Event()
  private var hasData = false
  private var size = 0
  private var endedWithCR = false

  /// - Parameter limit: bytes of one event.
  init(limit: Int = 1_048_576) {
    self.limit = limit
  }

  /// Hands over every event that `bytes` ends.
  mutating func read(_ bytes: ByteBuffer, _ handle: (Event) -> Void) throws(Failure) {
    for byte in bytes.readableBytesView {
      let followsCR = endedWithCR
      endedWithCR = byte == UInt8(ascii: "\r")
      if byte == UInt8(ascii: "\n"), followsCR { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if let event = endLine() { handle(event) }
        continue
      }
      size += 1
      guard size <= limit else { throw .eventTooLong }
      line.append(byte)
    }
  }

  /// The event, when the line was the empty one that ends it.
  private mutating func endLine() -> Event? {
    guard !line.isEmpty else {
      defer {
        event = Event()
        hasData = false
        size = 0
      }
      return hasData ? event : nil
    }
    defer { line.removeAll(keepingCapacity: true) }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
    var value = line[min(colon + 1, line.count)...]
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    field(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    return nil
  }

  private mutating func field(_ name: String, _ value: String) {
    switch name {
    case "event": event.name = value
    case "data":
      if hasData { event.data += "\n" }
      event.data += value
      hasData = true
    case "id": if !value.utf8.contains(0) { event.id = value }
    // A comment, or what later versions say.
    default: break
    }
  }
}
