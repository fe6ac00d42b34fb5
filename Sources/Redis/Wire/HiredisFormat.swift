private import CHiredis

/// Commands as bytes by redisFormatCommandArgv.
enum HiredisFormat {
  /// hiredis counts lengths as `int`; this keeps far from its end.
  static let maximumLength = 8 << 20

  static func command(_ arguments: [[UInt8]]) throws(RedisError) -> [UInt8] {
    let length = arguments.reduce(0) { $0 + $1.count }
    guard !arguments.isEmpty, !arguments[0].isEmpty, length <= maximumLength, arguments.count <= 1 << 16
    else {
      throw RedisError(.invalid, .notSent, "a Redis command without a name, or longer than 8 MB")
    }
    // All arguments in one piece: pointers into many arrays would have to be held open one by one.
    let text = arguments.flatMap { $0 }
    let formatted: [UInt8]? = unsafe text.withUnsafeBytes { text in
      // The address of nothing is nil, and hiredis copies from it: any other pointer does for length 0.
      let base = unsafe text.baseAddress?.assumingMemoryBound(to: CChar.self)
      var pointers: [UnsafePointer<CChar>?] = unsafe []
      var lengths: [Int] = []
      var offset = 0
      for argument in arguments {
        unsafe pointers.append(base.map { unsafe $0 + offset })
        lengths.append(argument.count)
        offset += argument.count
      }
      var target: UnsafeMutablePointer<CChar>?
      let count = unsafe redisFormatCommandArgv(&target, Int32(arguments.count), &pointers, lengths)
      guard count > 0, let target = unsafe target else { return nil }
      defer { unsafe redisFreeCommand(target) }
      return unsafe Array(UnsafeRawBufferPointer(start: target, count: Int(count)))
    }
    guard let formatted else { throw RedisError(.invalid, .notSent, "hiredis: out of memory") }
    return formatted
  }
}
