extension GatewayError.Code {
  package static let addressDenied = Self("address_denied")
}

extension GatewayError {
  /// The client's address is on a list, or not on one.
  package static let addressDenied = GatewayError(
    .addressDenied, status: 403, fault: .client, "This cannot be reached from your address.")
}
