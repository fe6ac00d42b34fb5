/// What a client's frames allow us to send, as one reads them who keeps no order: an upper bound at any moment.
struct HTTP2Windows {
  private var connection = 65_535
  private var initial = 65_535
  private var streams: [UInt32: Int] = [:]
  /// Bytes of DATA that have not been given back.
  private var data = 0

  init() {}

  init(_ frames: [UInt8]) {
    var position = 0
    while position + 9 <= frames.count {
      let length = Int(frames[position]) << 16 | Self.number(frames, position + 1, 2)
      let payload = position + 9
      let stream = UInt32(Self.number(frames, position + 5, 4) & 0x7FFF_FFFF)
      position = payload + length
      guard position <= frames.count else {
        if frames[payload - 6] == 0 { data += length }
        return
      }
      if frames[payload - 6] == 0 { data += length }
      if frames[payload - 6] == 8, length == 4 {
        let increment = Self.number(frames, payload, 4) & 0x7FFF_FFFF
        if stream == 0 { connection += increment } else { streams[stream, default: 0] += increment }
      } else if frames[payload - 6] == 4 {
        for start in stride(from: payload, to: position - 5, by: 6) where Self.number(frames, start, 2) == 4 {
          initial = max(initial, Self.number(frames, start + 2, 4))
        }
      }
    }
  }

  /// False when that is more than could ever be allowed.
  mutating func spend(_ count: Int, on stream: UInt32) -> Bool {
    connection -= count
    streams[stream, default: 0] -= count
    return connection >= 0 && initial + streams[stream, default: 0] >= 0
  }

  /// False when that is more than has ever come.
  mutating func credit(_ count: Int) -> Bool {
    data -= count
    return data >= 0
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
    bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
  }
}
