import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// Writes the head of an answer (RFC 9112, section 4).
enum AnswerHead {
  enum Framing {
    /// The fields have a length, or the connection's end is that of the body.
    case asItSays
    case chunked
    /// There is no body, and no length may be said of it (RFC 9110, section 8.6).
    case none
  }

  /// - Parameter room: for how many bytes of a body the buffer has room behind the head.
  static func bytes(of answer: Response, framing: Framing, closes: Bool, room: Int = 0) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.reserveCapacity(512 + room)
    bytes.writeString("HTTP/1.1 ")
    bytes.writeString(String(answer.status.code))
    bytes.writeString(" ")
    bytes.writeString(answer.status.reasonPhrase)
    bytes.writeString("\r\n")
    for field in answer.headers {
      if framing == .none, field.name == .contentLength { continue }
      bytes.writeString(field.name.rawName)
      bytes.writeString(": ")
      bytes.writeString(field.value)
      bytes.writeString("\r\n")
    }
    if framing == .chunked { bytes.writeString("Transfer-Encoding: chunked\r\n") }
    if closes { bytes.writeString("Connection: close\r\n") }
    bytes.writeString("Date: ")
    bytes.writeString(date.text(at: Int(Date().timeIntervalSince1970)))
    bytes.writeString("\r\n\r\n")
    return bytes
  }

  static func mayHaveBody(_ status: HTTPResponse.Status) -> Bool {
    status.code >= 200 && status != .noContent && status != .notModified
  }

  private static let date = DateText()
}

/// The date of answers, written once a second.
private final class DateText: Sendable {
  private let last = Mutex((second: 0, text: ""))

  func text(at second: Int) -> String {
    last.withLock { last in
      if last.second != second {
        last = (second, Self.written(second))
      }
      return last.text
    }
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7), by strftime(3) in the locale of C, which nobody here
  /// leaves.
  private static func written(_ second: Int) -> String {
    var time = time_t(second)
    var parts = unsafe tm()
    unsafe gmtime_r(&time, &parts)
    return unsafe String(unsafeUninitializedCapacity: 32) { room in
      unsafe room.withMemoryRebound(to: CChar.self) { room in
        unsafe strftime(room.baseAddress!, room.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
      }
    }
  }
}
