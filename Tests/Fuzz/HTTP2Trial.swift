import HTTPWire

/// Feeds the HTTP/2 reader with frames, right and mutated, and watches what must hold whatever comes: it reads the same
/// in pieces as at once, and what it makes of a request is exactly one HTTP/1.1 head.
package struct HTTP2Trial: ~Copyable {
  private var state: UInt64
  private var head = RequestHead()
  /// Requests that became heads which the parser took.
  package private(set) var requests = 0
  /// Connections that were ended with an error.
  package private(set) var errors = 0

  package init(seed: UInt64) {
    state = seed | 1
  }

  /// The next input; nil when all holds, else what does not.
  package mutating func next() -> String? {
    let input = connection()
    var cuts: [Int] = []
    var cut = 0
    while cut < input.count {
      cuts.append(cut)
      cut += 1 + random(40)
    }
    return violation(of: input, cuts: cuts)
  }

  /// Nil when all holds for an input that comes in pieces which end at `cuts`.
  package mutating func violation(of input: [UInt8], cuts: [Int]) -> String? {
    let whole = read(input, [0, input.count])
    let pieces = read(input, cuts + [input.count])
    if whole != pieces { return "\(input)\nat once: \(whole)\nin pieces: \(pieces)" }
    return whole.first { $0.hasPrefix("wrong") }.map { "\(input)\n\($0)" }
  }

  // MARK: Reading

  private mutating func read(_ input: [UInt8], _ cuts: [Int]) -> [String] {
    var session = HTTP2Session(streams: 8)
    var fields = HTTP2FieldList(limits: HeadLimits(head: 4_096, fields: 32))
    var lines: [String] = []
    var rest: [UInt8] = []
    for index in cuts.indices.dropLast() {
      rest += input[cuts[index]..<cuts[index + 1]]
      var position = 0
      do throws(HTTP2Error) {
        while true {
          let event = try session.next(rest.span, at: &position, fields: &fields)
          if event == .needsMore { break }
          note(event, rest, &session, fields, &lines)
        }
      } catch {
        errors += 1
        return lines + ["error \(error)"]
      }
      rest.removeFirst(position)
    }
    return lines
  }

  private mutating func note(
    _ event: HTTP2Event, _ bytes: [UInt8], _ session: inout HTTP2Session, _ fields: borrowing HTTP2FieldList,
    _ lines: inout [String]
  ) {
    switch event {
    case .request(let slot, let endsStream):
      lines.append("request \(slot) \(endsStream) \(translate(fields, endsStream, slot, &session))")
    case .data(let slot, let range, let endsStream):
      if let last = lines.last, last.hasPrefix("data \(slot) ") {
        lines[lines.count - 1] = last + "\(Array(bytes[range]))"
      } else if !range.isEmpty {
        lines.append("data \(slot) \(Array(bytes[range]))")
      }
      lines = lines.map { $0.replacing("][", with: ", ") }
      if endsStream { lines.append("end \(slot)") }
    default: lines.append("\(event)")
    }
  }

  private mutating func translate(
    _ fields: borrowing HTTP2FieldList, _ endsStream: Bool, _ slot: Int, _ session: inout HTTP2Session
  ) -> String {
    var bytes = [UInt8](repeating: 0, count: fields.requestBound)
    var count = 0
    var failure: HTTP2FieldError?
    unsafe bytes.withUnsafeMutableBytes { memory in
      var writer = unsafe ByteWriter(memory)
      do throws(HTTP2FieldError) {
        let length = try fields.writeRequest(endsStream: endsStream, into: &writer)
        if let length, !session.expect(length, slot: slot) { throw .malformed }
      } catch {
        failure = error
      }
      count = writer.count
    }
    if let failure {
      _ = session.refuse(slot: slot)
      return "\(failure)"
    }
    do throws(HTTPWireError) {
      guard try head.parse(bytes.span.extracting(0..<count)), head.length == count else {
        return "wrong: not one head"
      }
      if endsStream, head.framing != .none { return "wrong: a body that nobody sends" }
      requests += 1
      return "head \(String(decoding: bytes[..<count], as: UTF8.self))"
    } catch {
      return "\(error)"
    }
  }

  // MARK: Making

  private mutating func connection() -> [UInt8] {
    var bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])
    var stream: UInt32 = 1
    bytes += frame(1, 4, stream, block())
    for _ in 0..<(1 + random(12)) {
      bytes += part(&stream)
    }
    for _ in 0..<max(0, random(5) - 2) {
      let index = random(bytes.count)
      switch random(4) {
      case 0: bytes[index] = UInt8(random(256))
      case 1: bytes[index] ^= 1 << UInt8(random(8))
      case 2: bytes.remove(at: index)
      default: bytes.insert(UInt8(random(256)), at: index)
      }
    }
    return bytes
  }

  private mutating func part(_ stream: inout UInt32) -> [UInt8] {
    let id = random(6) == 0 ? UInt32(random(9)) : stream
    switch random(10) {
    case 0, 1, 2:
      stream += 2
      return frame(1, random(2) == 0 ? 5 : 4, stream, block())
    case 3:
      stream += 2
      let whole = block()
      let cut = random(whole.count + 1)
      return frame(1, 1, stream, Array(whole[..<cut])) + frame(9, 4, stream, Array(whole[cut...]))
    case 4, 5: return frame(0, UInt8(random(2)), id, (0..<random(30)).map { UInt8($0) })
    case 6: return frame(0, 8, id, [UInt8(random(6))] + [UInt8](repeating: 7, count: random(12)))
    case 7: return frame(8, 0, id, [0, 0, UInt8(random(2)), UInt8(random(3))])
    case 8: return frame(3, 0, id, [0, 0, 0, 8])
    default:
      guard random(4) == 0 else { return frame(6, 0, 0, [UInt8](repeating: 1, count: 8)) }
      return frame(
        UInt8(random(12)), UInt8(random(64)), UInt32(random(3)),
        [UInt8](repeating: UInt8(random(9)), count: random(14)))
    }
  }

  private static let honest: [[UInt8]] = [
    [0x90], [0x40, 0x01, 0x78, 0x01, 0x79], [0x00, 0x01, 0x78, 0x81, 0x1F],
    [0x00, 0x04] + Array("host".utf8) + [0x01, 0x61],
    [0x00, 0x06] + Array("cookie".utf8) + [0x03, 0x61, 0x3D, 0x62], [0x0F, 0x0D, 0x01, 0x35],
  ]
  private static let hostile: [[UInt8]] = [
    [0x82], [0x83], [0x84], [0x85], [0x86], [0x87], [0x41, 0x01, 0x61], [0xBE], [0xBF], [0x20], [0x80],
    [0x04, 0x02, 0x2F, 0x78], [0x00, 0x02, 0x74, 0x65, 0x01, 0x78], [0x04, 0x04, 0x2F, 0x0D, 0x0A, 0x20],
    [0x00, 0x01, 0x61, 0x02, 0x0D, 0x0A], [0x00, 0x01, 0x41, 0x01, 0x62], [0x3F, 0xE1, 0x1F],
  ]

  private mutating func block() -> [UInt8] {
    var bytes: [UInt8] = random(4) == 0 ? [] : [0x82, 0x84, 0x86, 0x41, 0x01, 0x61]
    for _ in 0..<random(5) {
      bytes +=
        random(8) == 0 ? Self.hostile[random(Self.hostile.count)] : Self.honest[random(Self.honest.count)]
    }
    if random(16) == 0 { bytes += (0..<random(9)).map { _ in UInt8(random(256)) } }
    return bytes
  }

  private func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), type, flags]
      + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) } + payload
  }

  /// xorshift64*
  private mutating func random(_ bound: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
  }
}
