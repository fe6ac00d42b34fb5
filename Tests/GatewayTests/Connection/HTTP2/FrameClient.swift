import Glibc
import NIOCore
import NIOHPACK

/// A client of HTTP/2 frames over a blocking socket: it sends what a test says, right or wrong. Field blocks are made
/// and read by NIO's HPACK, which knows nothing of ours.
final class FrameClient {
  struct Frame {
    var type: UInt8
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]
  }

  /// The answer to one stream, as far as it has come.
  struct Answer {
    var heads: [[String]] = []
    var body: [UInt8] = []
    var hasEnded = false
    var reset: UInt32?
    /// Frames in which the body came.
    var dataFrames = 0

    var fields: [String] { heads.last ?? [] }
    var text: String { String(decoding: body, as: UTF8.self) }
    var status: String { String(fields.first?.dropFirst(":status: ".count) ?? "") }
  }

  static let greeting = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4)

  private let raw: RawClient
  private var received: [UInt8] = []
  private var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
  private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
  private(set) var answers: [UInt32: Answer] = [:]
  /// Frames that belong to no stream's answer: settings, pings, GOAWAY, window updates.
  private(set) var others: [Frame] = []
  private(set) var goAway: (last: UInt32, code: UInt32)?
  private(set) var hasEnded = false
  /// Gives windows back as data comes.
  var takesAll = true

  /// - Parameter greets: with preface and settings, and waits for the other side's.
  init(port: Int, greets: Bool = true) throws {
    raw = try RawClient(port: port)
    guard greets else { return }
    send(Self.greeting)
    while !others.contains(where: { $0.type == 4 && $0.flags == 1 }) {
      guard try readFrame() else { throw RawClient.Timeout() }
    }
    send(Self.frame(4, 1))
  }

  static func frame(
    _ type: UInt8, _ flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = [], length: Int? = nil
  ) -> [UInt8] {
    let length = length ?? payload.count
    return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
      + integer(stream) + payload
  }

  static func integer(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static func setting(_ name: UInt8, _ value: UInt32) -> [UInt8] {
    frame(4, stream: 0, [0, name] + integer(value))
  }

  func send(_ bytes: [UInt8]) { raw.send(bytes) }

  func endInput() { raw.endInput() }

  func close() { raw.close() }

  // MARK: Requests

  /// The block of a request's fields, "name: value" each; pseudo-header fields that are not named are added.
  func block(_ fields: [String], fills: Bool = true) throws -> [UInt8] {
    var pairs = fields.map { field in
      let colon = field.dropFirst().firstIndex(of: ":") ?? field.endIndex
      return (String(field[..<colon]), String(field[colon...].dropFirst(2)))
    }
    if fills {
      for (name, value) in [
        (":authority", "a.test"), (":scheme", "http"), (":path", "/"), (":method", "GET"),
      ]
      where !pairs.contains(where: { $0.0 == name }) {
        pairs.insert((name, value), at: 0)
      }
    }
    var buffer = ByteBuffer()
    try encoder.encode(headers: HPACKHeaders(pairs), to: &buffer)
    return Array(buffer.readableBytesView)
  }

  func request(_ stream: UInt32, _ fields: [String] = [], ends: Bool = true, fills: Bool = true) throws {
    send(Self.frame(1, ends ? 5 : 4, stream: stream, try block(fields, fills: fills)))
  }

  func data(_ stream: UInt32, _ bytes: [UInt8], ends: Bool = false) {
    send(Self.frame(0, ends ? 1 : 0, stream: stream, bytes))
  }

  func data(_ stream: UInt32, _ text: String, ends: Bool = false) {
    data(stream, Array(text.utf8), ends: ends)
  }

  func windowUpdate(_ stream: UInt32, _ increment: UInt32) {
    send(Self.frame(8, stream: stream, Self.integer(increment)))
  }

  func reset(_ stream: UInt32, _ code: UInt32 = 8) { send(Self.frame(3, stream: stream, Self.integer(code))) }

  func ping(_ byte: UInt8) { send(Self.frame(6, stream: 0, [UInt8](repeating: byte, count: 8))) }

  // MARK: Answers

  func answer(_ stream: UInt32) -> Answer { answers[stream] ?? Answer() }

  /// The whole answer to a stream, or as much as came before its reset.
  func receive(_ stream: UInt32) async throws -> Answer {
    try await wait { $0.answer(stream).hasEnded || $0.answer(stream).reset != nil }
    return answer(stream)
  }

  /// Waits until it is so; throws when the connection ends or nothing comes for ten seconds.
  func wait(until condition: (FrameClient) -> Bool) async throws {
    while !condition(self) {
      try await waitForInput()
      guard try readFrame() else {
        if condition(self) { return }
        throw RawClient.Timeout()
      }
    }
  }

  /// Reads what comes until the other side ends the connection.
  func receiveUntilEnd() async throws {
    repeat { try await waitForInput() } while try readFrame()
  }

  /// Without holding a thread: what answers may need one.
  private func waitForInput() async throws {
    var turns = 0
    while received.isEmpty, turns < 3_000, !raw.hasInput(within: 0) {
      turns += 1
      try await Task.sleep(for: .milliseconds(4))
    }
  }

  /// Sends a ping and waits for its answer: what was sent before has been dealt with.
  func synchronise(_ byte: UInt8 = 0x5A) async throws {
    let count = pongs
    ping(byte)
    try await wait { $0.pongs > count }
  }

  private var pongs: Int { others.filter { $0.type == 6 && $0.flags == 1 }.count }

  /// False at the end of the connection.
  private func readFrame() throws -> Bool {
    while received.count < 9 || received.count < 9 + length {
      guard let more = try raw.receiveSome() else {
        hasEnded = true
        return false
      }
      received += more
    }
    let end = 9 + length
    let stream = received[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let frame = Frame(
      type: received[3], flags: received[4], stream: stream, payload: Array(received[9..<end]))
    received.removeFirst(end)
    try note(frame)
    return true
  }

  private var length: Int {
    received.count < 3 ? 0 : Int(received[0]) << 16 | Int(received[1]) << 8 | Int(received[2])
  }

  private func note(_ frame: Frame) throws {
    var answer = answers[frame.stream] ?? Answer()
    switch frame.type {
    case 0:
      answer.body += frame.payload
      answer.dataFrames += 1
      if takesAll, !frame.payload.isEmpty {
        windowUpdate(0, UInt32(frame.payload.count))
        if frame.flags & 1 == 0 { windowUpdate(frame.stream, UInt32(frame.payload.count)) }
      }
    case 1:
      var block = ByteBuffer(bytes: frame.payload)
      answer.heads.append(try decoder.decodeHeaders(from: &block).map { "\($0.name): \($0.value)" })
    case 3: answer.reset = number(frame.payload, 0)
    default:
      others.append(frame)
      if frame.type == 7 { goAway = (number(frame.payload, 0), number(frame.payload, 4)) }
      return
    }
    if frame.type < 2, frame.flags & 1 == 1 { answer.hasEnded = true }
    answers[frame.stream] = answer
  }

  private func number(_ payload: [UInt8], _ start: Int) -> UInt32 {
    payload[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

extension FrameClient {
  /// All that was given back to a stream, or to the connection.
  func credits(_ stream: UInt32) -> Int {
    others.filter { $0.type == 8 && $0.stream == stream }
      .reduce(0) { sum, frame in sum + frame.payload.reduce(0) { $0 << 8 | Int($1) } }
  }
}
