import HTTPWire

/// Plays the server's part of one HTTP/2 connection as well: it answers, resets, refuses and takes bodies as the input
/// says, and watches what must hold whatever a client sends: no more streams and no more held bytes than were promised,
/// nothing sent over the client's windows, and heads that a peer's decoder reads as they were written.
package struct HTTP2Play: ~Copyable {
  private static let streamLimit = 8
  private static let limits = HeadLimits(startLine: 256, fieldLine: 512, head: 1_536, fields: 12)

  /// What stands for a stream of the gateway.
  private struct Stream {
    var id: UInt32 = 0
    var held = 0
    /// Bytes of the answer that the windows have not let go.
    var unsent = 0
    var hasEnded = false
  }

  /// Requests that became heads.
  package private(set) var requests = 0
  /// Connections that were ended with an error.
  package private(set) var errors = 0
  private var head = RequestHead(limits: limits)
  private var fields = HTTP2FieldList(limits: limits)
  private var peerFields = HTTP2FieldList(
    limits: HeadLimits(startLine: 256, fieldLine: 8_192, head: 16_384, fields: 64))
  private var peer = HPACKDecoder()
  private var streams: [Stream] = []
  private var open = 0
  private var windows = HTTP2Windows()
  private var tape: ArraySlice<UInt8> = []
  private var finding: String?

  package init() {}

  /// Nil when all holds; otherwise what does not.
  ///
  /// - Parameter input: how frames are written, how many bytes say what the server does, these, and the frames.
  package mutating func violation(of input: [UInt8]) -> String? {
    guard input.count > 2 else { return nil }
    let start = min(input.count, 2 + Int(input[1] % 64))
    let frames = input[0] & 1 == 0 ? Array(input[start...]) : HTTP2Shorthand.frames(input[start...])
    tape = input[2..<start]
    streams = []
    open = 0
    peer = HPACKDecoder()
    windows = HTTP2Windows(frames)
    finding = nil
    run(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0] + frames)
    return finding
  }

  // MARK: Reading

  private mutating func run(_ bytes: [UInt8]) {
    var session = HTTP2Session(streams: Self.streamLimit)
    var rest: [UInt8] = []
    var index = 0
    while index < bytes.count, finding == nil {
      let end = min(bytes.count, index + 40 + 16 * next())
      rest += bytes[index..<end]
      index = end
      session.now &+= UInt64(next()) * 1_000_000
      var position = 0
      do throws(HTTP2Error) {
        while finding == nil {
          let event = try session.next(rest.span, at: &position, fields: &fields)
          if event == .needsMore { break }
          act(on: event, &session)
          check(session)
        }
      } catch {
        errors += 1
        return
      }
      rest.removeFirst(position)
      if rest.count > HTTP2Frame.headerLength + HTTP2Frame.maximumLength {
        finding = "a whole frame is left over"
      }
    }
  }

  private mutating func act(on event: HTTP2Event, _ session: inout HTTP2Session) {
    switch event {
    case .request(let slot, let ends): begin(slot, ends, &session)
    case .data(let slot, let range, let ends): take(range.count, slot, ends, &session)
    case .trailers(let slot):
      streams[slot].hasEnded = true
      answer(slot, &session)
    case .resetByClient(let slot): forget(slot, &session)
    case .failed(let slot, _, _): if slot >= 0 { forget(slot, &session) }
    case .streamWindow(let slot): send(slot, &session)
    case .connectionWindow, .settings: for slot in streams.indices { send(slot, &session) }
    case .goAway: if next() & 1 == 1 { session.stopTakingStreams() }
    case .credit(let count): note(count)
    case .ping, .pingAcknowledged, .nothing, .needsMore: break
    }
  }

  // MARK: What the server does

  private mutating func begin(_ slot: Int, _ ends: Bool, _ session: inout HTTP2Session) {
    if slot == streams.count { streams.append(Stream()) }
    guard slot < streams.count, streams[slot].id == 0 else { return finding = "slot \(slot) is taken" }
    streams[slot] = Stream(id: session.stream(at: slot), hasEnded: ends)
    open += 1
    guard translate(slot, ends, &session) else {
      _ = session.refuse(slot: slot)
      return forget(slot, &session)
    }
    if next() & 1 == 1 { answer(slot, &session) }
  }

  private mutating func take(_ count: Int, _ slot: Int, _ ends: Bool, _ session: inout HTTP2Session) {
    guard streams[slot].id != 0, !streams[slot].hasEnded else { return finding = "DATA after the end" }
    streams[slot].held += count
    streams[slot].hasEnded = ends
    let choice = next()
    if choice & 1 == 1 { consume(min(streams[slot].held, choice * 64), slot, &session) }
    if choice & 6 == 6 { answer(slot, &session) }
  }

  private mutating func consume(_ count: Int, _ slot: Int, _ session: inout HTTP2Session) {
    streams[slot].held -= count
    note(session.consumed(count, slot: slot).connection)
  }

  /// The client was told that it may send so much more.
  private mutating func note(_ credit: Int) {
    if !windows.credit(credit) { finding = "more is given back than has come" }
  }

  private mutating func answer(_ slot: Int, _ session: inout HTTP2Session) {
    guard streams[slot].id != 0, streams[slot].unsent == 0 else { return }
    let choice = next()
    if choice & 7 == 7 {
      session.reset(slot: slot)
      return forget(slot, &session)
    }
    writeHead(choice, &session)
    streams[slot].unsent = choice << 10
    if choice == 0 { end(slot, &session) } else { send(slot, &session) }
  }

  private mutating func send(_ slot: Int, _ session: inout HTTP2Session) {
    while streams[slot].unsent > 0 {
      let count = session.takeAllowance(streams[slot].unsent, slot: slot)
      guard count > 0 else { return }
      streams[slot].unsent -= count
      if !windows.spend(count, on: streams[slot].id) { finding = "\(count) bytes are sent over the window" }
    }
    if streams[slot].id != 0, streams[slot].hasEnded { end(slot, &session) }
  }

  private mutating func end(_ slot: Int, _ session: inout HTTP2Session) {
    if session.endAnswer(slot: slot) != streams[slot].hasEnded { finding = "a stream ends on one side only" }
    if !streams[slot].hasEnded { session.reset(slot: slot) }
    forget(slot, &session)
  }

  private mutating func forget(_ slot: Int, _ session: inout HTTP2Session) {
    let held = streams[slot].held
    streams[slot] = Stream()
    open -= 1
    note(session.consumed(held, slot: nil).connection)
  }

  // MARK: Heads

  private mutating func translate(_ slot: Int, _ ends: Bool, _ session: inout HTTP2Session) -> Bool {
    var bytes = [UInt8](repeating: 0, count: fields.requestBound)
    var count = 0
    var isRequest = true
    unsafe bytes.withUnsafeMutableBytes { memory in
      var writer = unsafe ByteWriter(memory)
      do throws(HTTP2FieldError) {
        let length = try fields.writeRequest(endsStream: ends, into: &writer)
        isRequest = length.map { session.expect($0, slot: slot) } ?? true
      } catch {
        isRequest = false
      }
      count = writer.count
    }
    guard isRequest else { return false }
    do throws(HTTPWireError) {
      guard try head.parse(bytes.span.extracting(0..<count)), head.length == count else {
        finding = "not one head: \(String(decoding: bytes[..<count], as: UTF8.self))"
        return false
      }
      if ends, head.framing != .none, head.framing != .length(0) { finding = "a body that nobody sends" }
      requests += 1
    } catch {
      return true
    }
    return true
  }

  private mutating func writeHead(_ choice: Int, _ session: inout HTTP2Session) {
    let name = ["vary", "X-One", "cache-control", "set-cookie"][choice >> 3 & 3]
    let value = String(repeating: "v", count: choice & 0xF0) + "\(choice & 3)"
    let status = choice & 1 == 0 ? "200" : "418"
    let text = "HTTP/1.1 \(status) OK\r\n\(name): \(value)\r\nConnection: close\r\ndate: \(choice)\r\n\r\n"
    let block = unsafe [UInt8](unsafeUninitializedCapacity: HPACKEncoder.bound(text.utf8.count)) {
      memory, count in
      var writer = unsafe ByteWriter(UnsafeMutableRawBufferPointer(memory))
      session.encoder.encode(head: Array(text.utf8).span, into: &writer)
      count = writer.count
    }
    do throws(HPACKError) {
      try peer.decode(block.span, into: &peerFields)
    } catch {
      return finding = "the peer cannot decode \(block): \(error)"
    }
    let read = peerFields.texts.map { "\($0.name)=\($0.value)" }
    let written = [":status=\(status)", "\(name.lowercased())=\(value)", "date=\(choice)"]
    if read != written { finding = "written \(written), read \(read)" }
  }

  // MARK: What must hold

  private mutating func check(_ session: borrowing HTTP2Session) {
    if open != session.openStreams { finding = "\(open) streams are open, counted \(session.openStreams)" }
    if open > Self.streamLimit { finding = "\(open) streams" }
    let held = streams.reduce(0) { $0 + $1.held }
    if held > HTTP2Session.connectionWindow { finding = "\(held) bytes are held" }
    if streams.contains(where: { $0.held > HTTP2Settings.defaultWindow }) {
      finding = "a stream holds too much"
    }
    if session.memoryOfTables > HPACKDecoder.tableSize {
      finding = "tables of \(session.memoryOfTables) bytes"
    }
  }

  /// The next of the bytes that say what the server does; 0 when there are none any more.
  private mutating func next() -> Int { Int(tape.popFirst() ?? 0) }
}
