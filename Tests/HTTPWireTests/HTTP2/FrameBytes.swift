import HTTPWire

/// Frames as bytes, right or wrong as a test wants them.
enum FrameBytes {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let settings = frame(4)
  static let greeting = preface + settings

  /// GET / of http://a, by indices and one literal.
  static let get: [UInt8] = [0x82, 0x84, 0x86, 0x41, 0x01, 0x61]
  static let post: [UInt8] = [0x83, 0x84, 0x86, 0x41, 0x01, 0x61]

  static func frame(
    _ type: UInt8, _ flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = [], length: Int? = nil
  ) -> [UInt8] {
    let length = length ?? payload.count
    return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
      + integer(stream) + payload
  }

  static func integer(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static func headers(_ stream: UInt32, _ block: [UInt8] = get, flags: UInt8 = 0x5) -> [UInt8] {
    frame(1, flags, stream: stream, block)
  }

  static func data(_ stream: UInt32, _ text: String, ends: Bool = false) -> [UInt8] {
    frame(0, ends ? 1 : 0, stream: stream, Array(text.utf8))
  }

  static func setting(_ name: UInt16, _ value: UInt32) -> [UInt8] {
    frame(4, stream: 0, [UInt8(name >> 8), UInt8(name & 255)] + integer(value))
  }

  static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> [UInt8] {
    frame(8, 0, stream: stream, integer(increment))
  }

  static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> [UInt8] {
    frame(3, 0, stream: stream, integer(code))
  }

  static func ping(_ byte: UInt8 = 0) -> [UInt8] { frame(6, stream: 0, [UInt8](repeating: byte, count: 8)) }
}
