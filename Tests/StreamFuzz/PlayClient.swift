import HTTPWire
import NIOCore

/// A client of HTTP/2: asks well and badly, and watches that what it is sent is HTTP/2.
struct PlayClient: ~Copyable {
  struct Stream {
    var hasEnded = false
    /// Of the body that Content-Length has announced.
    var left: Int?
    var path = ""
    var isHead = false
    var hasFinalHead = false
    var isAnswered = false
    var isReset = false
    var announced: Int?
    var received = 0
    var window = 0
  }

  private(set) var streams: [UInt32: Stream] = [:]
  private(set) var goAway: (last: UInt32, code: UInt32)?
  private(set) var finding: String?
  /// It has kept to the protocol, so that every request must come to an end.
  private(set) var isHonest = true
  private var next: UInt32 = 1
  private var initialWindow = 65_535
  /// What SETTINGS said that have not been acknowledged; nil for those of the greeting.
  private var unacknowledged: [Int?] = [nil]
  private var window = 65_535
  /// What it may send.
  private var sendWindow = 65_535
  private var sendWindows: [UInt32: Int] = [:]
  private var input: [UInt8] = []
  private var hasSettings = false
  private var block: (stream: UInt32, ends: Bool, bytes: [UInt8])?
  private var decoder = HPACKDecoder()
  private var fields = HTTP2FieldList(
    limits: HeadLimits(startLine: 512, fieldLine: 8_192, head: 65_535, fields: 200))

  static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    [UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 255), UInt8(payload.count & 255), type, flags]
      + number(stream) + payload
  }

  static func number(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static let greeting = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])

  // MARK: Asking

  /// The next thing that it sends.
  mutating func act(_ random: PlayRandom) -> [UInt8] {
    let open = streams.filter { !$0.value.hasEnded }.map(\.key).sorted()
    let any = streams.keys.sorted()
    switch random.below(26) {
    case 0...8: return begin(random)
    case 9...14: return open.isEmpty ? [] : body(open[random.below(open.count)], random)
    case 15...17:
      guard !any.isEmpty else { return [] }
      return grant(any[random.below(any.count)], 1 + random.below(70_000))
    case 18: return grant(0, 1 + random.below(200_000))
    case 19: return settings(random.below(4) == 0 ? random.below(40) : random.below(100_000))
    case 20: return Self.frame(6, 0, 0, Array("8 bytes.".utf8))
    case 21: return any.isEmpty ? [] : reset(any[random.below(any.count)])
    case 22: return Self.frame(2, 0, next, [0, 0, 0, 0, UInt8(random.below(256))])
    case 23: return open.isEmpty ? [] : trailers(open[random.below(open.count)])
    case 24: return Self.frame(UInt8(10 + random.below(200)), UInt8(random.below(256)), 0, [1, 2, 3])
    default: return random.once(in: 40) ? misbehave(random) : []
    }
  }

  private mutating func begin(_ random: PlayRandom) -> [UInt8] {
    guard goAway == nil else { return [] }
    let id = next
    next += 2
    let method = ["GET", "GET", "POST", "HEAD", "PUT"][random.below(5)]
    let path = ["/up/a", "/up/b", "/cached/\(random.below(3))", "/gone", "/nowhere", "/site"][random.below(6)]
    var stream = Stream(path: path, isHead: method == "HEAD", window: initialWindow)
    stream.hasEnded = method == "GET" || method == "HEAD" ? !random.once(in: 8) : random.once(in: 5)
    var lines = [(":method", method), (":scheme", "http"), (":path", path), (":authority", "a.test")]
    if !stream.hasEnded, random.once(in: 2) {
      stream.left = random.below(random.once(in: 4) ? 60_000 : 300)
      lines.append(("content-length", String(stream.left ?? 0)))
    }
    if random.once(in: 9) { lines.append(("expect", "100-continue")) }
    if random.once(in: 4) { lines.append(("cookie", "a=\(random.below(9))")) }
    if random.once(in: 30) { lines.append(("Connection", "close")) }
    if random.once(in: 12) { lines.append(("x-long", String(repeating: "v", count: random.below(3_000)))) }
    if random.once(in: 8) { lines.append(("cache-control", "no-cache")) }
    var block = lines.flatMap { literal($0.0, $0.1, isIndexed: random.once(in: 3)) }
    if random.once(in: 60) { block = Array(block.dropLast(random.below(block.count))) + [0x80] }
    if block.last == 0x80 { isHonest = false }
    streams[id] = stream
    sendWindows[id] = 65_535
    let ends: UInt8 = stream.hasEnded ? 1 : 0
    guard random.once(in: 4), block.count > 2 else { return Self.frame(1, 4 | ends, id, block) }
    let cut = 1 + random.below(block.count - 1)
    return Self.frame(1, ends, id, Array(block[..<cut])) + Self.frame(9, 4, id, Array(block[cut...]))
  }

  private mutating func body(_ id: UInt32, _ random: PlayRandom) -> [UInt8] {
    guard var stream = streams[id], let allowed = sendWindows[id] else { return [] }
    var count = min(allowed, sendWindow, random.once(in: 3) ? random.below(16_000) : random.below(200))
    if let left = stream.left, !random.once(in: 25) { count = min(count, left) }
    count = max(0, count)
    stream.left = stream.left.map { $0 - count }
    stream.hasEnded = stream.left.map { $0 <= 0 } ?? random.once(in: 4) || random.once(in: 30)
    streams[id] = stream
    sendWindows[id] = allowed - count
    sendWindow -= count
    return Self.frame(0, stream.hasEnded ? 1 : 0, id, [UInt8](repeating: 0x79, count: count))
  }

  private mutating func trailers(_ id: UInt32) -> [UInt8] {
    streams[id]?.hasEnded = true
    return Self.frame(1, 5, id, literal("x-sum", "1", isIndexed: false))
  }

  private mutating func reset(_ id: UInt32) -> [UInt8] {
    streams[id]?.hasEnded = true
    streams[id]?.isReset = true
    return Self.frame(3, 0, id, Self.number(8))
  }

  private mutating func grant(_ id: UInt32, _ count: Int) -> [UInt8] {
    if id == 0 { window += count } else { streams[id]?.window += count }
    return Self.frame(8, 0, id, Self.number(UInt32(count)))
  }

  private mutating func settings(_ size: Int) -> [UInt8] {
    unacknowledged.append(size)
    return Self.frame(4, 0, 0, [0, 4] + Self.number(UInt32(size)))
  }

  /// What no client may do.
  private mutating func misbehave(_ random: PlayRandom) -> [UInt8] {
    isHonest = false
    switch random.below(6) {
    case 0: return Self.frame(0, 0, next, [1])
    case 1: return Self.frame(8, 0, 0, Self.number(0))
    case 2: return Self.frame(1, 4, 2, [0x82])
    case 3: return Self.frame(9, 4, 1, [0x82])
    case 4: return Self.frame(7, 0, 0, Self.number(0) + Self.number(0))
    default: return (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
    }
  }

  /// Ends every request as it was announced, and takes all that comes.
  mutating func settle() -> [UInt8] {
    var bytes = settings(4_000_000) + grant(0, 400_000_000)
    for id in streams.keys.sorted() where streams[id]?.hasEnded == false {
      let count = max(0, streams[id]?.left ?? 0)
      guard count <= min(sendWindow, sendWindows[id] ?? 0) else {
        bytes += reset(id)
        continue
      }
      sendWindow -= count
      sendWindows[id, default: 0] -= count
      streams[id]?.hasEnded = true
      var left = count
      while left > 16_000 {
        bytes += Self.frame(0, 0, id, [UInt8](repeating: 0x79, count: 16_000))
        left -= 16_000
      }
      bytes += Self.frame(0, 1, id, [UInt8](repeating: 0x79, count: left))
    }
    return bytes
  }

  /// Nothing for which an answer is due; nil when all have come.
  var unanswered: UInt32? {
    let last = goAway?.last ?? .max
    return streams.keys.sorted().first { id in
      guard let stream = streams[id] else { return false }
      return id <= last && !stream.isAnswered && !stream.isReset
    }
  }

  private func literal(_ name: String, _ value: String, isIndexed: Bool) -> [UInt8] {
    [isIndexed ? 0x40 : 0] + string(name) + string(value)
  }

  private func string(_ text: String) -> [UInt8] {
    var length: [UInt8] = []
    var rest = text.utf8.count
    if rest < 127 { return [UInt8(rest)] + Array(text.utf8) }
    rest -= 127
    length = [127]
    while rest >= 128 {
      length.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    return length + [UInt8(rest)] + Array(text.utf8)
  }

  // MARK: What comes

  /// - Returns: what must be said to it.
  mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    input += bytes
    var reply: [UInt8] = []
    while finding == nil, input.count >= 9 {
      let length = Int(input[0]) << 16 | Int(input[1]) << 8 | Int(input[2])
      guard input.count >= 9 + length else { break }
      let stream = input[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let (type, flags) = (input[3], input[4])
      let payload = Array(input[9..<9 + length])
      input.removeFirst(9 + length)
      if length > 16_384 { fail("a frame of \(length) bytes") }
      if !hasSettings, type != 4 { fail("frame \(type) before SETTINGS") }
      if block != nil, type != 9 { fail("frame \(type) within a field block") }
      reply += take(type, flags, stream, payload)
    }
    return reply
  }

  private mutating func take(_ type: UInt8, _ flags: UInt8, _ id: UInt32, _ payload: [UInt8]) -> [UInt8] {
    switch type {
    case 0: takeData(id, payload, ends: flags & 1 == 1)
    case 1, 9:
      if type == 1 { block = (id, flags & 1 == 1, []) }
      guard block?.stream == id else { return fail("CONTINUATION of another stream") }
      block?.bytes += payload
      if flags & 4 == 4 { takeHead() }
    case 3:
      guard check(id) else { return [] }
      streams[id]?.isReset = true
      streams[id]?.hasEnded = true
    case 4:
      hasSettings = true
      if flags & 1 == 0 { return Self.frame(4, 1, 0, []) }
      guard !unacknowledged.isEmpty else { return fail("SETTINGS that nobody sent are acknowledged") }
      if let size = unacknowledged.removeFirst() { use(size) }
    case 6: if flags & 1 == 0 { return Self.frame(6, 1, 0, payload) }
    case 7:
      let last = payload.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      if last > goAway?.last ?? .max { fail("GOAWAY takes back") }
      goAway = (last, payload[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    case 8:
      let count = Int(payload.reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      if count == 0 { fail("a window is opened by nothing") }
      if id == 0 { sendWindow += count } else { sendWindows[id, default: 0] += count }
      if sendWindow > 262_144 || sendWindows[id] ?? 0 > 65_535 {
        fail("more credit than was used, stream \(id)")
      }
    default: fail("frame \(type)")
    }
    return []
  }

  /// What leaves from now on keeps to it; what has left may be more.
  private mutating func use(_ size: Int) {
    for id in streams.keys { streams[id]?.window += size - initialWindow }
    initialWindow = size
  }

  private mutating func takeData(_ id: UInt32, _ payload: [UInt8], ends: Bool) {
    guard check(id) else { return }
    if streams[id]?.hasFinalHead != true { fail("DATA before the head") }
    window -= payload.count
    streams[id]?.window -= payload.count
    streams[id]?.received += payload.count
    if !payload.isEmpty, window < 0 || streams[id]?.window ?? 0 < 0 {
      fail("stream \(id) is sent over its window")
    }
    if ends { end(id) }
  }

  private mutating func takeHead() {
    guard let (id, ends, bytes) = block, check(id) else { return }
    block = nil
    do throws(HPACKError) {
      try decoder.decode(bytes.span, into: &fields)
    } catch {
      fail("a field block that cannot be read: \(error)")
      return
    }
    let lines = fields.texts
    if let status = lines.first(where: { $0.name == ":status" })?.value {
      if streams[id]?.hasFinalHead == true { fail("a second head") }
      if status.hasPrefix("1") {
        if ends { fail("an interim head is the end") }
        return
      }
      streams[id]?.hasFinalHead = true
      streams[id]?.announced = lines.first { $0.name == "content-length" }.flatMap { Int($0.value) }
      if status == "304" || status == "204" { streams[id]?.announced = nil }
    } else if streams[id]?.hasFinalHead != true || !ends {
      fail("fields that are neither head nor trailers: \(lines)")
    }
    if ends { end(id) }
  }

  private mutating func end(_ id: UInt32) {
    streams[id]?.isAnswered = true
    guard let stream = streams[id], let announced = stream.announced, !stream.isHead else { return }
    if announced != stream.received { fail("\(announced) bytes were announced, \(stream.received) came") }
  }

  private mutating func check(_ id: UInt32) -> Bool {
    guard let stream = streams[id] else {
      if isHonest { fail("stream \(id) was never begun") }
      return false
    }
    if stream.isAnswered { return false }
    return true
  }

  @discardableResult private mutating func fail(_ text: String) -> [UInt8] {
    finding = finding ?? text
    return []
  }
}
