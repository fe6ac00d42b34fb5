import HTTPWire
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// Compares our reading of a request with that of NIO's decoder (llhttp). Ours is the stricter by policy, so
/// what it passes on NIO must accept, as the same message: the head as it came, the body as it would go on.
package struct Judge: ~Copyable {
  private var head = RequestHead()
  /// Messages that both have read.
  package private(set) var agreed = 0
  /// Inputs that ours refused or found incomplete.
  package private(set) var refused = 0

  package init() {}

  /// Nil when the two agree; otherwise what they make of it.
  package mutating func disagreement(on input: [UInt8]) -> String? {
    guard let ours = read(input), !hasUpgrade(input) else {
      refused += 1
      return nil
    }
    let theirs = Self.readByNIO(ours.passedOn)
    guard ours.text == theirs else { return "ours: \(ours.text)\ntheirs: \(theirs)" }
    agreed += 1
    return nil
  }

  private mutating func read(_ input: [UInt8]) -> (text: String, passedOn: [UInt8])? {
    do throws(HTTPWireError) {
      // An unknown method is the gateway's to refuse.
      guard try head.parse(input.span), head.method != .other else { return nil }
      var lines = [
        "\(text(input, head.methodRange)) \(text(input, head.target.range)) 1.\(head.minorVersion)"
      ]
      for index in 0..<head.fields.count {
        let field = head.fields[index]
        lines.append("\(text(input, field.nameRange)): \(text(input, field.valueRange))")
      }
      var body: [UInt8] = []
      guard try readBody(input, keepsChunkFraming: false, into: &body) else { return nil }
      lines.append("body \(body)")
      var passedOn = headPassedOn(input)
      _ = try readBody(input, keepsChunkFraming: true, into: &passedOn)
      return (lines.joined(separator: "\n"), passedOn)
    } catch {
      return nil
    }
  }

  /// The head with what the gateway writes anew: a minor version that is not known yet, and tabs beside what frames
  /// the message, which NIO takes for a part of it.
  private func headPassedOn(_ input: [UInt8]) -> [UInt8] {
    var bytes = Array(input[..<head.length])
    if head.minorVersion == 1 { bytes[head.requestLineEnd - 1] = UInt8(ascii: "1") }
    for index in 0..<head.fields.count {
      let field = head.fields[index]
      guard field.name == .contentLength || field.name == .transferEncoding else { continue }
      for place in head.fields.line(index) where bytes[place] == 0x09 { bytes[place] = 0x20 }
    }
    return bytes
  }

  /// False when more bytes are needed.
  private func readBody(
    _ input: [UInt8], keepsChunkFraming: Bool, into body: inout [UInt8]
  ) throws(HTTPWireError) -> Bool {
    var reader = BodyReader(head.framing, keepsChunkFraming: keepsChunkFraming)
    var position = head.length
    while true {
      let piece = try reader.next(input.span, from: position)
      body.append(contentsOf: input[piece.range])
      position = piece.end
      switch piece.next {
      case .more: continue
      case .input: return false
      case .complete: return true
      }
    }
  }

  /// NIO stops reading at an upgrade, so there is nothing to compare.
  private func hasUpgrade(_ input: [UInt8]) -> Bool { head.fields.contains(.upgrade) }

  private func text(_ input: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: input[range], as: UTF8.self)
  }

  /// NIO leaves tabs around a value.
  private static func trimmed(_ value: String) -> String {
    String(value.drop { " \t".contains($0) }.reversed().drop { " \t".contains($0) }.reversed())
  }

  private static func readByNIO(_ input: [UInt8]) -> String {
    let channel = EmbeddedChannel(
      handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    do {
      try channel.writeInbound(ByteBuffer(bytes: input))
      var lines: [String] = []
      var body: [UInt8] = []
      while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
        switch part {
        case .head(let head):
          lines.append("\(head.method.rawValue) \(head.uri) 1.\(head.version.minor)")
          lines += head.headers.map { "\($0.name): \(trimmed($0.value))" }
        case .body(let bytes): body += bytes.readableBytesView
        case .end: lines.append("body \(body)")
        }
      }
      return lines.joined(separator: "\n")
    } catch {
      return "refused: \(error)"
    }
  }
}
