extension GatewayError.Code {
  package static let originNotAllowed = Self("origin_not_allowed")
}

extension GatewayError {
  /// The browser would keep the answer from the page anyway; saying so spares the search.
  package static let originNotAllowed = GatewayError(
    .originNotAllowed, status: 403, fault: .client,
    "Pages of this origin may not use this path. The operator lists origins under cors.")
}
