internal import CHiredis

/// How hiredis builds its reply objects, and those objects as Swift values.
enum HiredisReplies {
  static let maximumElements: Int32 = 1 << 20

  /// hiredis's own functions, but for arrays, where the count that the other side announces is allocated before
  /// anything of it has come. Written once, before any reader exists; hiredis only reads it.
  nonisolated(unsafe) static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
    guard let reader = unsafe redisReaderCreate() else {
      preconditionFailure("redisReaderCreate: out of memory")
    }
    defer { unsafe redisReaderFree(reader) }
    let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
    unsafe functions.initialize(to: reader.pointee.fn.pointee)
    unsafe functions.pointee.createArray = { task, elements in
      guard elements <= maximumElements else { return nil }
      return unsafe createArray(task, elements)
    }
    return unsafe functions
  }()

  nonisolated(unsafe) private static let createArray = {
    guard let reader = unsafe redisReaderCreate() else {
      preconditionFailure("redisReaderCreate: out of memory")
    }
    defer { unsafe redisReaderFree(reader) }
    return unsafe reader.pointee.fn.pointee.createArray!
  }()

  /// A reply object as a value; the recursion is as deep as hiredis lets arrays be.
  static func value(_ reply: UnsafePointer<redisReply>) -> RESPValue {
    switch unsafe reply.pointee.type {
    case REDIS_REPLY_INTEGER: .integer(Int(unsafe reply.pointee.integer))
    case REDIS_REPLY_STATUS: .status(unsafe text(reply))
    case REDIS_REPLY_ERROR: .error(unsafe text(reply))
    case REDIS_REPLY_STRING: .bulk(unsafe Array(bytes(reply)))
    case REDIS_REPLY_ARRAY:
      .array(unsafe elements(reply))
    default: .null
    }
  }

  private static func elements(_ reply: UnsafePointer<redisReply>) -> [RESPValue] {
    let elements = unsafe UnsafeBufferPointer(start: reply.pointee.element, count: reply.pointee.elements)
    return unsafe elements.map { unsafe $0.map { unsafe value($0) } ?? .null }
  }

  private static func text(_ reply: UnsafePointer<redisReply>) -> String {
    unsafe String(decoding: bytes(reply), as: UTF8.self)
  }

  private static func bytes(_ reply: UnsafePointer<redisReply>) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len)
  }
}
