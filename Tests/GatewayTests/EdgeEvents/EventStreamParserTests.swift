import NIOCore
import Testing

@testable import Gateway

@Suite struct EventStreamParserTests {
  private func events(_ pieces: [String], limit: Int = 1_000) throws -> [EventStreamParser.Event] {
    var parser = EventStreamParser(limit: limit)
    var events: [EventStreamParser.Event] = []
    for piece in pieces { try parser.read(ByteBuffer(string: piece)) { events.append($0) } }
    return events
  }

  private static let stream =
    ": hello\n\nevent: purge\r\nid: 7\r\ndata: {\"a\":\r\ndata:1}\r\n\r\ndata\r\rid\nfoo: bar\ndata: x\n\nevent: lost\n\n"

  @Test func `events are read, however the stream is cut`() throws {
    let whole = try events([Self.stream])
    #expect(
      whole == [
        .init(name: "purge", data: "{\"a\":\n1}", id: "7"), .init(data: ""), .init(data: "x", id: ""),
      ])
    let bytes = Array(Self.stream.utf8)
    for cut in 0...bytes.count {
      let parts = [bytes[..<cut], bytes[cut...]].map { String(decoding: $0, as: UTF8.self) }
      #expect(try events(parts) == whole, "cut at \(cut)")
    }
    #expect(try events(bytes.map { String(decoding: [$0], as: UTF8.self) }) == whole)
  }

  @Test func `an event without an end is bounded`() throws {
    #expect(throws: EventStreamParser.Failure.eventTooLong) {
      try events([String(repeating: "data: x\n", count: 200)])
    }
    #expect(throws: EventStreamParser.Failure.eventTooLong) {
      try events([String(repeating: "x", count: 1_001)])
    }
    #expect(try events([String(repeating: "data: x\n\n", count: 1_000)]).count == 1_000)
  }

  @Test func `what origin tells is understood, and what it may tell later is passed over`() throws {
    func event(_ name: String, _ data: String = "{}") -> EdgeEvent? {
      EdgeEvent(EventStreamParser.Event(name: name, data: data))
    }
    #expect(event("reset") == .reset)
    #expect(event("ready") == .ready)
    #expect(event("purge", #"{"tags":["a"],"paths":["/b"]}"#) == .purge(tags: ["a"], paths: ["/b"]))
    #expect(event("revoke", #"{"session":"s","until":9}"#) == .revokeSession("s", until: 9))
    #expect(
      event("revoke", #"{"user":"7","issuedBy":5,"until":9}"#) == .revokeSubject("7", issuedBy: 5, until: 9))
    for (name, data) in [("revoke", "{}"), ("revoke", "x"), ("purge", "["), ("news", "{}"), ("message", "")] {
      #expect(event(name, data) == nil)
    }
  }
}
