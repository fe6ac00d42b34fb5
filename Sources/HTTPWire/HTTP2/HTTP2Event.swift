/// What the bytes of a client mean, one thing at a time. `slot` is the place of a stream in its connection, the same
/// from its request to its end.
package enum HTTP2Event: Equatable, Sendable {
  /// Everything before `position` is dealt with; call again with the rest and more.
  case needsMore
  /// A request in a new stream; its fields are in the list. `endsStream`: it has no body.
  case request(slot: Int, endsStream: Bool)
  /// A piece of the body.
  case data(slot: Int, Range<Int>, endsStream: Bool)
  /// The trailer section, which is in the list, and the end of the request.
  case trailers(slot: Int)
  /// The client has given the stream up; its slot is free.
  case resetByClient(slot: Int)
  /// Answer with RST_STREAM. If it had a slot, that is free now; -1 for none.
  case failed(slot: Int, stream: UInt32, HTTP2ErrorCode)
  /// Tell the client by WINDOW_UPDATE that it may send so much more on the connection: nobody wanted it.
  case credit(Int)
  /// The stream may send more.
  case streamWindow(slot: Int)
  /// All streams may send more.
  case connectionWindow
  /// Answer with an acknowledgement; the windows of streams may have changed.
  case settings
  /// Answer with an acknowledgement that carries the same.
  case ping(UInt64)
  case pingAcknowledged(UInt64)
  /// The client begins no more streams.
  case goAway
  /// Nothing to do.
  case nothing
}
