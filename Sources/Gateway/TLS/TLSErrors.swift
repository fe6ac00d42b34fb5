internal import NIOSSL

/// What can go wrong on an encrypted connection.
enum TLSErrors {
  /// A client that closed its connection without saying so before (RFC 8446, 6.1). Requests say themselves where
  /// they end, so that nothing is lost by it, and too many clients do it to be strict.
  static func isIgnorable(_ error: any Error) -> Bool {
    if let error = error as? NIOSSLError, error == .uncleanShutdown { return true }
    return false
  }

  static func isTLS(_ error: any Error) -> Bool {
    error is NIOSSLError || error is BoringSSLError || error is NIOSSLCloseTimedOutError
  }
}
