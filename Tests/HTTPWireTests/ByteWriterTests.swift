import HTTPWire
import Testing

@Suite struct ByteWriterTests {
  @Test func `a forwarded head is the client's bytes without the dropped lines`() throws {
    let text = """
      GET /a?b HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, X-Mine\r\nAccept:  */* \r\n\
      x-mine: 1\r\nX-Forwarded-For: 9.9.9.9\r\nCookie: c=d\r\n\r\n
      """
    #expect(
      try forwarded(text)
        == "GET /a?b HTTP/1.1\r\nHost: a.test\r\nAccept:  */* \r\nCookie: c=d\r\n")
  }

  @Test func `an absolute target becomes its origin form`() throws {
    #expect(
      try forwarded("GET http://a.test?q HTTP/1.1\r\nHost: a.test\r\n\r\n")
        == "GET /?q HTTP/1.1\r\nHost: a.test\r\n")
  }

  @Test func `a request of HTTP 1.0 goes on as 1.1`() throws {
    #expect(try forwarded("GET /x HTTP/1.0\r\n\r\n") == "GET /x HTTP/1.1\r\n")
  }

  @Test(arguments: [0, 7, 10, 99, 100, 65_535, Int.max])
  func `numbers are written in decimal`(_ number: Int) {
    let text = written { $0.append(decimal: number) }
    #expect(text == "\(number)")
  }

  private func forwarded(_ text: String) throws -> String {
    let bytes = Array(text.utf8)
    var head = RequestHead()
    guard try head.parse(bytes.span) else { return "partial" }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 64, alignment: 1)
    defer { unsafe memory.deallocate() }
    var writer = unsafe ByteWriter(memory)
    writer.appendRequestLine(head, of: bytes.span)
    writer.append(head.fields, of: bytes.span, dropping: [.hopByHop, .identity])
    let count = writer.count
    return unsafe String(decoding: memory.prefix(count), as: UTF8.self)
  }

  private func written(_ write: (inout ByteWriter) -> Void) -> String {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
    defer { unsafe memory.deallocate() }
    var writer = unsafe ByteWriter(memory)
    write(&writer)
    let count = writer.count
    return unsafe String(decoding: memory.prefix(count), as: UTF8.self)
  }
}
