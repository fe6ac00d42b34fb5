import CCurl

/// What curl's callbacks work on while one message is sent: the bytes still to go, and what was heard.
/// Touched only on the thread that is inside curl_easy_perform.
final class CurlTransfer {
  private let delivery: SMTPDelivery
  private var position = 0
  private var heard: [UInt8] = []

  /// Whether curl has asked for the message.
  private(set) var isBegun = false
  /// Whether curl has been given all of it.
  private(set) var isAtEnd = false
  /// Whether the transfer was ended because nobody waits for it any more.
  private(set) var isAborted = false

  init(_ delivery: SMTPDelivery) {
    self.delivery = delivery
  }

  /// The code that the last line of the server began with; 0 when it said nothing.
  var lastReplyCode: Int { Int(String(decoding: heard.prefix(3), as: UTF8.self)) ?? 0 }

  /// The last line of the server, fit for a log.
  var lastReply: String? {
    let line = String(decoding: heard, as: UTF8.self).unicodeScalars.filter {
      $0.value >= 0x20 && $0.value != 0x7F
    }
    return line.isEmpty ? nil : String(String.UnicodeScalarView(line))
  }

  /// CURLOPT_READFUNCTION: hands out the next bytes of the message; 0 is its end.
  static let read: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int =
    {
      buffer, size, count, context in
      guard let buffer = unsafe buffer, let context = unsafe context else { return Int(CURL_READFUNC_ABORT) }
      return unsafe of(context).fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }

  /// CURLOPT_HEADERFUNCTION: each line that the server says.
  static let hear: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int =
    {
      buffer, size, count, context in
      guard let buffer = unsafe buffer, let context = unsafe context else { return size * count }
      unsafe of(context).note(UnsafeRawBufferPointer(start: buffer, count: size * count))
      return size * count
    }

  /// CURLOPT_XFERINFOFUNCTION: called about once a second; anything but 0 ends the transfer.
  static let progress: curl_xferinfo_callback = { context, _, _, _, _ in
    guard let context = unsafe context else { return 0 }
    return unsafe of(context).isStillWanted() ? 0 : 1
  }

  private static func of(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
    unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    isBegun = true
    let count = min(buffer.count, delivery.body.count - position)
    unsafe delivery.body.withUnsafeBytes { body in
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: body[position..<position + count]))
    }
    position += count
    isAtEnd = position == delivery.body.count
    return count
  }

  /// curl says QUIT after a refusal; the goodbye is not what the caller wants to read.
  private func note(_ line: UnsafeRawBufferPointer) {
    let line = unsafe Array(line.prefix(MailError.maximumReplyBytes))
    if !line.starts(with: "221".utf8) { heard = line }
  }

  private func isStillWanted() -> Bool {
    isAborted = delivery.isCancelled
    return !isAborted
  }
}
