import HTTPWire

@testable import Gateway

/// A request as the engine hands it over: its bytes and the head read from them.
struct RequestSample: ~Copyable {
  let bytes: [UInt8]
  var head = RequestHead()

  init(_ method: String = "GET", _ target: String = "/", _ fields: [String] = []) throws {
    let lines = ["\(method) \(target) HTTP/1.1", "Host: daybook.test"] + fields + ["", ""]
    let bytes = Array(lines.joined(separator: "\r\n").utf8)
    self.bytes = bytes
    guard try head.parse(bytes.span) else { throw HTTPWireError.malformedRequestLine }
  }
}
