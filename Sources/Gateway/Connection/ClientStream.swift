import HTTPWire
import NIOCore

/// The client's side of an exchange. HTTP/1.1 connections are one; streams of HTTP/2 and the gateway's own
/// requests are others. All calls are on the exchange's event loop, and answers come in the order
/// `sendInterim* sendHead sendBody* (finish | abort)`.
protocol ClientStream: AnyObject {
  /// Whether chunk framing of an answer may be passed on as it is; otherwise the data comes without.
  var takesChunks: Bool { get }
  /// Whether answers may flow; when it becomes true again the stream calls `Exchange.clientIsWritable`.
  var isWritable: Bool { get }

  /// Whether the request came as HTTP/2, which upstreams are told.
  var isHTTP2: Bool { get }

  /// Whether the request says beside its head that it is for an https resource.
  var namesHTTPS: Bool { get }

  /// A whole interim head.
  func sendInterim(_ head: ByteBuffer)
  /// The client waits to be told to send its body.
  func sendContinue()
  /// The whole head of a 101: from here on bytes go both ways, in by `Exchange.sendBody`, out by `sendBody`.
  func sendUpgrade(_ head: consuming ByteBuffer)
  /// Status line and fields, each with CR LF; the stream adds fields of its connection and the empty line.
  ///
  /// - Parameter framing: how the body that follows is delimited as it is handed over.
  func sendHead(_ head: consuming ByteBuffer, framing: MessageFraming)
  func sendBody(_ bytes: ByteBuffer)
  /// Trailer fields, each with its CR LF, before `finish`; only where chunks are not taken as they are.
  func sendTrailers(_ lines: ByteBuffer)

  /// Bytes that many clients get, framed as this one takes them; they should not be copied for each.
  func sendShared(_ bytes: ByteBuffer)
  /// The answer is whole.
  func finish()
  /// The answer ends here without being whole, and the client must be able to tell.
  func abort()
  /// What has been sent so far should leave.
  func flush()
  /// An upstream is there and takes (more of) the request's body.
  func resumeInput()
}

extension ClientStream {
  func sendContinue() {}

  /// Only HTTP/1.1 connections can become something else.
  func sendUpgrade(_ head: consuming ByteBuffer) { abort() }
  var isHTTP2: Bool { false }
  var namesHTTPS: Bool { false }

  func sendTrailers(_ lines: ByteBuffer) {}

  func sendShared(_ bytes: ByteBuffer) { sendBody(bytes) }
}
