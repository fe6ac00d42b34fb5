/// How far a request came that got no whole answer.
enum Delivery {
  /// No server can have read a byte of it: there was no connection, or the other side's kernel took nothing.
  case never
  /// The connection ended before a byte of an answer.
  ///
  /// - Parameter reused: it had answered before, so that it may have been closed before it saw the request.
  case perhaps(reused: Bool)
  /// An answer had begun.
  case answered
}
