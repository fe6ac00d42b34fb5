/// Error codes of RST_STREAM and GOAWAY (RFC 9113, 7).
package enum HTTP2ErrorCode: UInt32, Sendable {
  case noError = 0
  case protocolError, internalError, flowControlError, settingsTimeout, streamClosed, frameSizeError
  case refusedStream, cancel, compressionError, connectError, enhanceYourCalm, inadequateSecurity,
    http11Required
}

/// What ends a connection: the code that the peer is told, and a reason for counting.
package struct HTTP2Error: Error, Equatable, Sendable {
  /// The label of the metric.
  package enum Reason: String, CaseIterable, Sendable {
    /// Frames that break a rule of RFC 9113.
    case frame, settings, flowControl = "flow_control", streamState = "stream_state", compression
    /// A field block that is too long, or in too many pieces.
    case headerFlood = "header_flood"
    /// More requests given up, by either side, than a client has reason for (CVE-2023-44487, CVE-2025-8671).
    case resetFlood = "reset_flood"
    /// PING, SETTINGS, WINDOW_UPDATE, empty frames and the like without end.
    case controlFlood = "control_flood"
    /// Something was not whole in time, or nothing was asked for too long, or nothing was taken.
    case timeout
  }

  package let code: HTTP2ErrorCode
  package let reason: Reason

  package init(_ code: HTTP2ErrorCode, _ reason: Reason) {
    self.code = code
    self.reason = reason
  }

  package static let frame = HTTP2Error(.protocolError, .frame)
  package static let frameSize = HTTP2Error(.frameSizeError, .frame)
  static let window = HTTP2Error(.flowControlError, .flowControl)
  static let closedStream = HTTP2Error(.streamClosed, .streamState)
}
