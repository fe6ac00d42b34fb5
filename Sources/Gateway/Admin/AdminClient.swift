internal import Glibc

/// One request to the admin listener of a gateway that runs, for commands.
package enum AdminClient {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Posts without a body.
  ///
  /// - Parameter field: `Name: value`.
  /// - Returns: the status and the body.
  package static func post(
    _ target: String, field: String, to listener: ListenerConfiguration
  ) throws(Failure) -> (status: Int, body: String) {
    let descriptor = try connect(listener)
    defer { close(descriptor) }
    let request =
      "POST \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\(field)\r\n\r\n"
    let bytes = Array(request.utf8)
    guard unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failure(description: "the request could not be sent")
    }
    return try answer(on: descriptor)
  }

  private static func connect(_ listener: ListenerConfiguration) throws(Failure) -> Int32 {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICHOST
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(listener.address, String(listener.port), &hints, &list) == 0,
      let first = unsafe list
    else { throw Failure(description: "\(listener.address) is no address") }
    defer { unsafe freeaddrinfo(list) }
    let descriptor = unsafe socket(first.pointee.ai_family, first.pointee.ai_socktype, 0)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    guard unsafe Glibc.connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
      close(descriptor)
      throw Failure(
        description: "nobody answers at \(listener.address):\(listener.port); does the gateway run?")
    }
    return descriptor
  }

  private static func answer(on descriptor: Int32) throws(Failure) -> (status: Int, body: String) {
    var received: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4_096)
    while received.count < 65_536 {
      let count = unsafe recv(descriptor, &piece, piece.count, 0)
      guard count > 0 else { break }
      received += piece[..<count]
    }
    let text = String(decoding: received, as: UTF8.self)
    let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]), let end = text.firstRange(of: "\r\n\r\n") else {
      throw Failure(description: "the answer cannot be read")
    }
    return (status, String(text[end.upperBound...]))
  }
}
