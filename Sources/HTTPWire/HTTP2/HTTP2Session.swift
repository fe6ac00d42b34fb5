/// The server's side of one HTTP/2 connection (RFC 9113) without its socket: bytes go in and ``HTTP2Event``s come
/// out; whoever drives it does what they say. It knows the streams, their states and windows, and what a client may
/// do; what requests mean it does not know. A state machine kept whole, in two files: the frames are in
/// `HTTP2Session+Frames.swift`.
package struct HTTP2Session: ~Copyable {
  /// What has been received for all streams and not yet been passed on is bounded by this.
  package static let connectionWindow = 262_144
  /// A stream's number over which the connection is told to end: 2^31 can never be reached.
  package static let lastUsableStream: UInt32 = 1 << 30

  /// Windows that leave less room than this for an answer are opened in dribbles.
  private static let smallestHonestFrame = 1_024

  enum Expectation: Sendable {
    /// Bytes of the preface that have come.
    case preface(Int)
    /// The client's SETTINGS must come first.
    case settings
    case frames
  }

  /// The rest of a DATA frame.
  struct DataFrame: Sendable {
    /// -1 when nobody wants it.
    var slot: Int
    var remaining: Int
    var padding: Int
    var endsStream: Bool
  }

  /// A field block that goes on in CONTINUATION frames.
  struct Block: Sendable {
    var stream: UInt32
    var endsStream: Bool
    var dependsOnItself: Bool
    var bytes: [UInt8]
    var pieces = 1
  }

  /// Nanoseconds; to be set before bytes are given, for the budgets.
  package var now: UInt64 = 0
  package var encoder = HPACKEncoder()
  package let streamLimit: Int
  var decoder = HPACKDecoder()
  var expectation = Expectation.preface(0)
  var data: DataFrame?
  /// Found out at the head of a DATA frame, whose rest is dropped.
  var pendingFailure: HTTP2Event?
  var block: Block?
  var states: [HTTP2StreamState] = []
  var freeSlots: [Int] = []
  var closed = HTTP2ClosedStreams()
  /// The highest stream that the client has begun.
  package internal(set) var lastStream: UInt32 = 0
  /// The highest stream that was dealt with. What GOAWAY says; it does not rise any more once that has been said
  /// (RFC 9113, 6.8), so that the client knows what it may ask for again elsewhere.
  package internal(set) var lastTaken: UInt32 = 0
  /// Streams that are not closed.
  package internal(set) var openStreams = 0
  /// No more streams are taken.
  package internal(set) var isClosing = false
  var sendWindow = HTTP2Settings.defaultWindow
  var receiveWindow = connectionWindow
  var uncredited = 0
  var initialSendWindow = HTTP2Settings.defaultWindow
  var resets = HTTP2Budget(most: 200, perSecond: 7)
  var controls = HTTP2Budget(most: 1_000, perSecond: 100)

  /// - Parameter streams: that may be open at once.
  package init(streams: Int) {
    streamLimit = streams
  }

  /// Something that has begun must be gone on with: the greeting, or a field block.
  package var isWaitingForRest: Bool {
    if case .frames = expectation { return block != nil }
    return true
  }

  package func stream(at slot: Int) -> UInt32 { states[slot].id }

  /// For tests and tools: what the larger of the two field tables counts for.
  package var memoryOfTables: Int { max(decoder.tableBytes, encoder.tableBytes) }

  // MARK: Requests

  /// Content-Length has announced so many bytes: more or fewer are an error (RFC 9113, 8.1.1). False when the
  /// request has ended without them.
  package mutating func expect(_ length: Int, slot: Int) -> Bool {
    if states[slot].isRemoteClosed { return length == 0 }
    states[slot].expected = length
    return true
  }

  /// So much of a body has been passed on or dropped: what to give back to the client, in WINDOW_UPDATE frames.
  ///
  /// - Parameter slot: nil for a stream that is gone.
  package mutating func consumed(_ count: Int, slot: Int?) -> (stream: Int, connection: Int) {
    uncredited &+= count
    var streamCredit = 0
    if let slot, !states[slot].isRemoteClosed {
      states[slot].uncredited &+= count
      if states[slot].uncredited >= HTTP2Settings.defaultWindow / 2 {
        streamCredit = states[slot].uncredited
        states[slot].uncredited = 0
        states[slot].receiveWindow &+= streamCredit
      }
    }
    return (streamCredit, takeCredit() ?? 0)
  }

  /// What is to be given back to the whole connection, once it is worth a frame.
  mutating func takeCredit() -> Int? {
    guard uncredited >= Self.connectionWindow / 2 else { return nil }
    let credit = uncredited
    uncredited = 0
    receiveWindow &+= credit
    return credit
  }

  // MARK: Answers

  /// How much of `wanted` bytes may leave now in one DATA frame; it counts as sent.
  package mutating func takeAllowance(_ wanted: Int, slot: Int) -> Int {
    let count = min(wanted, states[slot].sendWindow, sendWindow, HTTP2Frame.maximumLength)
    guard count > 0 else { return 0 }
    states[slot].sendWindow &-= count
    sendWindow &-= count
    // Who opens his windows byte by byte pays for it (CVE-2019-9511).
    if count == wanted || count >= Self.smallestHonestFrame { controls.giveBack(2) }
    return count
  }

  /// END_STREAM is sent. True when the stream is closed and its slot free; else the client has not ended its side.
  package mutating func endAnswer(slot: Int) -> Bool {
    resets.giveBack(1)
    controls.giveBack(4)
    states[slot].isLocalClosed = true
    guard states[slot].isRemoteClosed else { return false }
    close(slot, .ended)
    return true
  }

  /// RST_STREAM is sent: the slot is free.
  package mutating func reset(slot: Int) {
    close(slot, .resetByUs)
  }

  /// The request is not well-formed: as ``reset(slot:)``, and the client pays for it. False when it has nothing left.
  package mutating func refuse(slot: Int) -> Bool {
    close(slot, .resetByUs)
    return resets.take(now: now)
  }

  /// The final GOAWAY is sent.
  package mutating func stopTakingStreams() { isClosing = true }

  // MARK: Inside

  mutating func open(_ id: UInt32, endsStream: Bool) -> Int {
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
    } else {
      slot = states.count
      states.append(HTTP2StreamState())
    }
    states[slot] = HTTP2StreamState(id: id, sendWindow: initialSendWindow, isRemoteClosed: endsStream)
    openStreams &+= 1
    return slot
  }

  mutating func close(_ slot: Int, _ ending: HTTP2ClosedStreams.Ending) {
    closed.append(states[slot].id, ending)
    if data?.slot == slot { data?.slot = -1 }
    states[slot].id = 0
    freeSlots.append(slot)
    openStreams &-= 1
  }

  @inline(__always)
  func slot(of id: UInt32) -> Int? {
    for slot in 0..<states.count where states[slot].id == id { return slot }
    return nil
  }

  /// An error of one stream; the client pays for what we have to reset (CVE-2025-8671).
  mutating func fail(_ slot: Int?, _ id: UInt32, _ code: HTTP2ErrorCode) throws(HTTP2Error) -> HTTP2Event {
    guard resets.take(now: now) else { throw HTTP2Error(.enhanceYourCalm, .resetFlood) }
    if let slot { close(slot, .resetByUs) } else { closed.append(id, .resetByUs) }
    return .failed(slot: slot ?? -1, stream: id, code)
  }

  mutating func payControl() throws(HTTP2Error) {
    guard controls.take(now: now) else { throw HTTP2Error(.enhanceYourCalm, .controlFlood) }
  }
}
