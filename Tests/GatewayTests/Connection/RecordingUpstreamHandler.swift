import NIOCore
import Synchronization

/// One connection of a ``RecordingUpstream``.
final class RecordingUpstreamHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    case head
    case length(Int)
    case chunkSize
    case chunk(Int)
    case trailers
    case broken
  }

  private let seen: RecordingUpstream.Box
  private var state = State.head
  private var bytes: [UInt8] = []
  private var place = 0
  private var isHead = false

  init(_ seen: RecordingUpstream.Box) {
    self.seen = seen
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytesView
    while step(context) {}
  }

  /// False when more bytes are needed.
  private func step(_ context: ChannelHandlerContext) -> Bool {
    switch state {
    case .head: return readHead(context)
    case .length(let count):
      guard bytes.count >= count else { return false }
      keep(count)
      complete(context)
    case .chunkSize: return readChunkSize()
    case .chunk(let count):
      guard bytes.count >= count + 2 else { return false }
      keep(count)
      if bytes.starts(with: [0x0D, 0x0A]) { bytes.removeFirst(2) } else { fault("a chunk does not end") }
      if case .chunk = state { state = .chunkSize }
    case .trailers:
      guard let line = takeLine() else { return false }
      if line.isEmpty { complete(context) }
    case .broken: return false
    }
    return true
  }

  private func readHead(_ context: ChannelHandlerContext) -> Bool {
    guard let end = firstRange(of: [0x0D, 0x0A, 0x0D, 0x0A]) else { return false }
    var lines: [[UInt8]] = []
    let head = Array(bytes[..<end])
    bytes.removeFirst(end + 4)
    var line: [UInt8] = []
    for (index, byte) in head.enumerated() {
      if byte == 0x0A, index > 0, head[index - 1] == 0x0D {
        lines.append(line.dropLast())
        line = []
      } else {
        line.append(byte)
      }
    }
    lines.append(line)
    begin(lines)
    if case .head = state { complete(context) }
    return true
  }

  private func begin(_ lines: [[UInt8]]) {
    let request = RecordingUpstream.Request(line: lines[0], fields: Array(lines.dropFirst()))
    seen.value.withLock { seen in
      place = seen.requests.count
      seen.requests.append(request)
    }
    isHead = lines[0].starts(with: Array("HEAD ".utf8))
    checkLine(lines[0])
    var values: [String: [[UInt8]]] = [:]
    for line in request.fields { checkField(line, &values) }
    if values["host"]?.count != 1 || values["host"]?.first?.isEmpty == true { fault("not one Host") }
    for name in ["connection", "te", "upgrade", "trailer", "keep-alive", "proxy-connection"]
    where values[name] != nil {
      fault("\(name) is passed on")
    }
    frame(values["content-length"] ?? [], values["transfer-encoding"] ?? [])
  }

  private func frame(_ lengths: [[UInt8]], _ codings: [[UInt8]]) {
    if lengths.count + codings.count > 1 { return fault("more than one framing") }
    if let coding = codings.first {
      if coding != Array("chunked".utf8) { return fault("a coding other than chunked") }
      state = .chunkSize
    } else if let text = lengths.first {
      let isPlain = text.allSatisfy { (0x30...0x39).contains($0) } && (text.count == 1 || text.first != 0x30)
      guard isPlain, let length = Int(String(decoding: text, as: UTF8.self)) else {
        return fault("a bad length")
      }
      if length > 0 { state = .length(length) }
    }
  }

  private func checkLine(_ line: [UInt8]) {
    let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
    let isLine =
      words.count == 3 && words[0].allSatisfy(Self.isToken) && !words[0].isEmpty
      && words[1].allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x23 && $0 != 0x5C }
      && (words[1].first == 0x2F || words[1].elementsEqual([0x2A])) && words[2].elementsEqual("HTTP/1.1".utf8)
    if !isLine { fault("a bad request line") }
  }

  private func checkField(_ line: [UInt8], _ values: inout [String: [[UInt8]]]) {
    guard let colon = line.firstIndex(of: 0x3A), colon > 0, line[..<colon].allSatisfy(Self.isToken) else {
      return fault("a bad field name")
    }
    if line.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) { fault("a control byte in a field") }
    var value = line[(colon + 1)...]
    while value.first == 0x20 || value.first == 0x09 { value.removeFirst() }
    while value.last == 0x20 || value.last == 0x09 { value.removeLast() }
    values[String(decoding: line[..<colon], as: UTF8.self).lowercased(), default: []].append(Array(value))
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private func readChunkSize() -> Bool {
    guard let line = takeLine() else { return false }
    let isPlain = line.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    guard isPlain, let size = Int(String(decoding: line, as: UTF8.self), radix: 16) else {
      fault("a bad chunk size")
      return true
    }
    state = size == 0 ? .trailers : .chunk(size)
    return true
  }

  private func keep(_ count: Int) {
    let piece = bytes[..<count]
    seen.value.withLock { if place < $0.requests.count { $0.requests[place].body += piece } }
    bytes.removeFirst(count)
  }

  private func complete(_ context: ChannelHandlerContext) {
    state = .head
    seen.value.withLock { if place < $0.requests.count { $0.requests[place].isWhole = true } }
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + (isHead ? "" : "ok")
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
  }

  private func fault(_ text: String) {
    state = .broken
    seen.value.withLock { $0.faults.append(text) }
  }

  private func takeLine() -> [UInt8]? {
    guard let end = firstRange(of: [0x0D, 0x0A]) else { return nil }
    defer { bytes.removeFirst(end + 2) }
    return Array(bytes[..<end])
  }

  private func firstRange(of wanted: [UInt8]) -> Int? {
    guard bytes.count >= wanted.count else { return nil }
    return (0...bytes.count - wanted.count).first { bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }
  }
}
