@testable import HTTPWire

/// Feeds a session and writes down what it says, data by its bytes, so that the same input in other pieces must give
/// the same lines.
final class SessionTranscript {
  private var session = HTTP2Session(streams: 4)
  private var fields = HTTP2FieldList(limits: HeadLimits())
  private(set) var lines: [String] = []
  private(set) var error: HTTP2Error?
  private var rest: [UInt8] = []

  /// The transcript of a whole input, given in pieces that end at `cuts`.
  static func of(_ input: [UInt8], cuts: [Int] = []) -> [String] {
    let transcript = SessionTranscript()
    var start = 0
    for cut in cuts + [input.count] {
      transcript.feed(Array(input[start..<cut]))
      start = cut
    }
    return transcript.lines
  }

  var openStreams: Int { session.openStreams }

  func allowance(_ wanted: Int, slot: Int) -> Int { session.takeAllowance(wanted, slot: slot) }

  func consumed(_ count: Int, slot: Int) -> [Int] {
    let credit = session.consumed(count, slot: slot)
    return [credit.stream, credit.connection]
  }

  func expect(_ length: Int, slot: Int) -> Bool { session.expect(length, slot: slot) }

  func reset(slot: Int) { session.reset(slot: slot) }

  func answer(slot: Int) { _ = session.endAnswer(slot: slot) }

  func wait(seconds: Double) { session.now += UInt64(seconds * 1e9) }

  func feed(_ bytes: [UInt8]) {
    guard error == nil else { return }
    rest += bytes
    var position = 0
    do throws(HTTP2Error) {
      while true {
        let event = try session.next(rest.span, at: &position, fields: &fields)
        if event == .needsMore { break }
        note(event)
      }
    } catch {
      self.error = error
      lines.append("error \(error.code) \(error.reason)")
    }
    rest.removeFirst(position)
  }

  private func note(_ event: HTTP2Event) {
    switch event {
    case .request(let slot, let endsStream):
      lines.append(
        "request \(slot)\(endsStream ? " whole" : "") \(fields.texts.map { "\($0.name)=\($0.value)" })")
    case .data(let slot, let range, let endsStream):
      let text = String(decoding: rest[range], as: UTF8.self)
      if let last = lines.last, last.hasPrefix("data \(slot) ") {
        lines[lines.count - 1] = last + text
      } else {
        lines.append("data \(slot) \(text)")
      }
      if endsStream { lines.append("end \(slot)") }
    case .trailers(let slot):
      lines.append("trailers \(slot) \(fields.texts.map { "\($0.name)=\($0.value)" })")
    default: lines.append("\(event)")
    }
  }
}
