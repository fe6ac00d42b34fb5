import HTTPWire

/// Reads messages from bytes that arrive in pieces and notes each in one line, in the words of the corpus.
final class WireTranscript {
  private(set) var lines: [String] = []
  private var buffer: [UInt8] = []
  private var request = RequestHead()
  private var response = ResponseHead()
  private var progress = HeadProgress()
  private var body: BodyReader?
  private var bodyBytes: [UInt8] = []
  private var hasFailed = false
  private let answering: HTTPMethod?

  /// Reads requests; with `answering` the responses to such requests.
  init(answering: HTTPMethod? = nil) {
    self.answering = answering
  }

  func feed(_ bytes: some Sequence<UInt8>) {
    buffer.append(contentsOf: bytes)
    while !hasFailed, !buffer.isEmpty, step() {}
  }

  /// The connection has ended.
  func finish() {
    if body != nil, !hasFailed { endMessage() }
  }

  /// False when more bytes are needed.
  private func step() -> Bool {
    do throws(HTTPWireError) {
      return body == nil ? try readHead() : try readBody()
    } catch {
      // A request with a broken body is a broken request.
      if body != nil { lines.removeLast() }
      lines.append(answering == nil ? "\(error.status) \(error.rawValue)" : error.rawValue)
      hasFailed = true
      return false
    }
  }

  private func readHead() throws(HTTPWireError) -> Bool {
    let bytes = buffer
    guard progress.isWorthParsing(bytes.span, limits: HeadLimits()) else { return false }
    let isWhole = answering == nil ? try request.parse(bytes.span) : try response.parse(bytes.span)
    guard isWhole else {
      progress.parsedPartial(bytes.span)
      return false
    }
    progress.reset()
    let framing = answering.map { response.framing(answering: $0) } ?? request.framing
    lines.append(answering == nil ? requestLine() : responseLine())
    buffer.removeFirst(answering == nil ? request.length : response.length)
    if framing != .none { body = BodyReader(framing, keepsChunkFraming: false) }
    return true
  }

  private func requestLine() -> String {
    let target = String(decoding: buffer[request.target.range], as: UTF8.self)
    var words = [
      String(decoding: buffer[request.methodRange], as: UTF8.self), target, describe(request.framing),
    ]
    if !request.keepsAlive { words.append("close") }
    if request.expectsContinue { words.append("continue") }
    if request.target.isAmbiguous { words.append("ambiguous") }
    return words.joined(separator: " ")
  }

  private func responseLine() -> String {
    var words = ["\(response.status)"]
    if response.isInterim { return "\(response.status) interim" }
    words.append(describe(response.framing(answering: answering ?? .get)))
    if !response.keepsAlive { words.append("close") }
    return words.joined(separator: " ")
  }

  private func describe(_ framing: MessageFraming) -> String {
    switch framing {
    case .none: "none"
    case .length(let length): "length \(length)"
    case .chunked: "chunked"
    case .untilClose: "untilClose"
    }
  }

  private func readBody() throws(HTTPWireError) -> Bool {
    guard var reader = body else { return false }
    let bytes = buffer
    var position = 0
    var piece: BodyReader.Piece
    repeat {
      piece = try reader.next(bytes.span, from: position)
      bodyBytes.append(contentsOf: bytes[piece.range])
      position = piece.end
    } while piece.next == .more
    body = reader
    buffer.removeFirst(position)
    if piece.next == .complete { endMessage() }
    return piece.next == .complete
  }

  private func endMessage() {
    lines[lines.count - 1] += " body=" + Self.escaped(bodyBytes)
    bodyBytes = []
    body = nil
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    // By bytes: to Swift's strings CR LF is one character.
    let escaped = bytes.flatMap { byte in
      switch byte {
      case 0x0D: Array("\\r".utf8)
      case 0x0A: Array("\\n".utf8)
      default: [byte]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
