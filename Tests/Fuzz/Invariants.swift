import HTTPWire

/// What must hold for any bytes, however they come: the same messages are read at every cut, and what would be passed
/// on is read again as the same one message. Memory errors show by themselves under address sanitizer.
package struct Invariants: ~Copyable {
  /// Requests and responses that were read whole.
  package private(set) var messages = 0

  private var request = RequestHead(limits: Self.limits)
  private var response = ResponseHead(limits: Self.limits)
  private var again = RequestHead()
  private var finding: String?

  /// Small, so that inputs reach them.
  private static let limits = HeadLimits(startLine: 256, fieldLine: 512, head: 1_536, fields: 12)

  private struct Message: Equatable {
    var head: [UInt8]
    var body: [UInt8] = []
  }

  package init() {}

  /// Nil when all holds; otherwise what does not.
  ///
  /// - Parameter input: a byte that chooses requests or responses, two that say where to cut, then what is read.
  package mutating func violation(of input: [UInt8]) -> String? {
    guard input.count > 3 else { return nil }
    let bytes = Array(input[3...])
    let isResponse = input[0] & 1 == 1
    finding = nil
    let first = Int(input[1]) % bytes.count
    let second = first + Int(input[2]) % (bytes.count - first)
    let whole = read([bytes[...]], isResponse)
    let cut = read([bytes[..<first], bytes[first..<second], bytes[second...]], isResponse)
    messages += whole.count
    if whole != cut { return "whole: \(whole)\ncut: \(cut)" }
    return finding
  }

  // MARK: Reading as a connection does

  private mutating func read(_ pieces: [ArraySlice<UInt8>], _ isResponse: Bool) -> [Message] {
    var messages: [Message] = []
    var reader = Reader()
    for piece in pieces {
      reader.buffer += piece
      do throws(HTTPWireError) {
        while try step(&reader, isResponse, &messages) {}
      } catch {
        return messages
      }
    }
    return messages
  }

  private struct Reader {
    var buffer: [UInt8] = []
    var progress = HeadProgress()
    var body: BodyReader?
    var passedOn: BodyReader?
    var message = Message(head: [])
    var framed: [UInt8] = []
  }

  /// False when more bytes are needed.
  private mutating func step(
    _ reader: inout Reader, _ isResponse: Bool, _ messages: inout [Message]
  ) throws(HTTPWireError) -> Bool {
    if reader.body == nil {
      guard try readHead(&reader, isResponse) else { return false }
    }
    guard try readBody(&reader) else { return false }
    messages.append(reader.message)
    return true
  }

  private mutating func readHead(_ reader: inout Reader, _ isResponse: Bool) throws(HTTPWireError) -> Bool {
    let bytes = reader.buffer
    guard !bytes.isEmpty, reader.progress.isWorthParsing(bytes.span, limits: Self.limits) else {
      return false
    }
    let isWhole = isResponse ? try response.parse(bytes.span) : try request.parse(bytes.span)
    guard isWhole else {
      reader.progress.parsedPartial(bytes.span)
      return false
    }
    reader.progress.reset()
    let length = isResponse ? response.length : request.length
    let framing = isResponse ? response.framing(answering: .get) : request.framing
    if !isResponse { checkRewritten(bytes) }
    reader.message = Message(head: Array(bytes[..<length]))
    reader.framed = []
    reader.buffer.removeFirst(length)
    reader.body = BodyReader(framing, keepsChunkFraming: false)
    reader.passedOn = framing == .chunked ? BodyReader(framing, keepsChunkFraming: true) : nil
    return true
  }

  /// Reads the body once for its data and once for what would be passed on.
  private mutating func readBody(_ reader: inout Reader) throws(HTTPWireError) -> Bool {
    guard var body = reader.body else { return false }
    let position = try Self.read(&body, reader.buffer, into: &reader.message.body)
    if var passedOn = reader.passedOn {
      let other = try Self.read(&passedOn, reader.buffer, into: &reader.framed)
      if other != position { finding = "with chunk framing a body ends at \(other), without at \(position)" }
      reader.passedOn = passedOn
    }
    reader.buffer.removeFirst(position)
    reader.body = body.isComplete ? nil : body
    if body.isComplete, reader.passedOn != nil { checkPassedOn(reader) }
    return body.isComplete
  }

  private static func read(
    _ body: inout BodyReader, _ bytes: [UInt8], into result: inout [UInt8]
  ) throws(HTTPWireError) -> Int {
    var position = 0
    while true {
      let piece = try body.next(bytes.span, from: position)
      result += bytes[piece.range]
      position = piece.end
      if piece.next != .more { return position }
    }
  }

  // MARK: Reading again what would be passed on

  private mutating func checkPassedOn(_ reader: borrowing Reader) {
    var body = BodyReader(.chunked, keepsChunkFraming: false)
    var data: [UInt8] = []
    do throws(HTTPWireError) {
      let end = try Self.read(&body, reader.framed, into: &data)
      if !body.isComplete || end != reader.framed.count {
        finding = "a chunked body is passed on with more or less"
      }
    } catch {
      finding = "a chunked body is passed on broken: \(error)"
    }
    if data != reader.message.body { finding = "a chunked body is passed on as another" }
  }

  private mutating func checkRewritten(_ bytes: [UInt8]) {
    let head = rewritten(bytes)
    do throws(HTTPWireError) {
      guard try again.parse(head.span), again.length == head.count else {
        finding = "a head is passed on with more or less: \(head)"
        return
      }
    } catch {
      finding = "a head is passed on broken: \(error) \(head)"
      return
    }
    let isSame =
      again.method == request.method && again.framing == request.framing
      && path(again.target.path, head) == path(request.target.path, bytes)
      && again.target.query.map { Array(head[$0]) } == request.target.query.map { Array(bytes[$0]) }
    if !isSame { finding = "a head is passed on as another: \(head)" }
    for index in 0..<again.fields.count where again.fields[index].name.isIdentity {
      finding = "a field that only we may send is passed on: \(head)"
    }
  }

  private func path(_ range: Range<Int>, _ bytes: [UInt8]) -> [UInt8] {
    range.isEmpty && request.target.form == .absolute ? [UInt8(ascii: "/")] : Array(bytes[range])
  }

  private func rewritten(_ bytes: [UInt8]) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: bytes.count + 128) { memory, count in
      var writer = unsafe ByteWriter(UnsafeMutableRawBufferPointer(memory))
      writer.appendRequestLine(request, of: bytes.span)
      writer.append(
        request.fields, of: bytes.span, dropping: .hopByHop.union(.identity).union(FieldNameSet(.expect)))
      if request.fields.isChunked { writer.append("Transfer-Encoding: chunked\r\n") }
      if request.host == nil { writer.append("Host: a\r\n") }
      writer.append("\r\n")
      count = writer.count
    }
  }
}
