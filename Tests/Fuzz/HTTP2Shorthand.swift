/// Frames written in four bytes and a payload, so that what a fuzzer changes stays a row of frames: type, flags, stream,
/// length. A length over 250 stands for a payload of that many times 64 bytes, of which the last one is repeated.
enum HTTP2Shorthand {
  static func frames(_ input: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = input
    while rest.count >= 4 {
      let part = Array(rest.prefix(4))
      rest = rest.dropFirst(4)
      let isLong = part[3] > 250
      var payload = Array(rest.prefix(isLong ? 32 : Int(part[3])))
      rest = rest.dropFirst(payload.count)
      if isLong { payload += [UInt8](repeating: payload.last ?? 0, count: Int(part[3]) * 64 - payload.count) }
      bytes += [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), part[0], part[1], 0, 0, 0, part[2]]
      bytes += payload
    }
    return bytes
  }
}
