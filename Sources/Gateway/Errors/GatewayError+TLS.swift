extension GatewayError.Code {
  package static let misdirectedRequest = Self("misdirected_request")
  package static let hostNeeded = Self("host_needed")
}

/// What is wrong between a request and its connection.
extension GatewayError {
  package static let misdirected = GatewayError(
    .misdirectedRequest, status: 421, fault: .client,
    "This connection was opened for another host; ask for this one on a connection of its own.")

  package static let httpsOverPlain = GatewayError(
    .misdirectedRequest, status: 421, fault: .client,
    "An https resource is asked for over a connection that is not encrypted; ask for it over one that is.")

  package static let httpsNeedsHost = GatewayError(
    .hostNeeded, status: 400, fault: .client,
    "This is answered over https only, and without a Host it cannot be said where.")
}
