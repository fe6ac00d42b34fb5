/// One stream as the session knows it, from its HEADERS until both sides have ended it or one has reset it
/// (RFC 9113, 5.1).
struct HTTP2StreamState: Sendable {
  /// 0 for a free place.
  var id: UInt32 = 0
  /// What we may still send; negative after a change of the client's settings.
  var sendWindow = 0
  /// What the client may still send.
  var receiveWindow = HTTP2Settings.defaultWindow
  /// Taken, and not yet given back to the client.
  var uncredited = 0
  /// What Content-Length has announced and has not come; nil without one.
  var expected: Int?
  /// The client has ended its side: half-closed (remote).
  var isRemoteClosed = false
  /// We have ended ours: half-closed (local).
  var isLocalClosed = false
}
