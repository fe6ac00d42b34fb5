extension GatewayError.Code {
  package static let shed = Self("shed")
}

extension GatewayError {
  /// The upstream is slow, and this can wait; nothing was sent.
  package static let shed: GatewayError = {
    var error = GatewayError(
      .shed, status: 503, fault: .upstream,
      "The service is slow right now, and more urgent requests go first."
    ).with("Retry-After", "2")
    error.mayRetry = true
    return error
  }()
}
