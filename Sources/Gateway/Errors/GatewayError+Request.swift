package import HTTPWire

extension GatewayError.Code {
  package static let badPath = Self("bad_path")
  package static let notFound = Self("not_found")
  package static let methodNotAllowed = Self("method_not_allowed")
  package static let bodyTooLarge = Self("body_too_large")
  package static let requestTimeout = Self("request_timeout")
  package static let webSocketHandshake = Self("websocket_handshake")
  package static let webSocketVersion = Self("websocket_version")
}

/// What is wrong with the request itself.
extension GatewayError {
  /// Bytes that are not one well-formed request: the connection cannot be read further.
  package init(_ error: HTTPWireError) {
    self.init(
      Code(error.rawValue), status: error.status, fault: .client,
      "The request is not well-formed HTTP: \(error.rawValue.replacing("_", with: " ")).")
    closesConnection = true
  }

  package init(_ refusal: PathRefusal) {
    self.init(.badPath, status: 400, fault: .client, refusal.message)
    // Who spells a path so may try the same with what follows.
    closesConnection = true
  }

  package static let notFound = GatewayError(
    .notFound, status: 404, fault: .client, "There is nothing at this path.")

  package static func methodNotAllowed(_ allowed: MethodSet) -> GatewayError {
    let methods = allowed.allowField
    return GatewayError(
      .methodNotAllowed, status: 405, fault: .client, "This path answers \(methods) only."
    ).with("Allow", methods)
  }

  package static let webSocketHandshake = GatewayError(
    .webSocketHandshake, status: 400, fault: .client,
    "A WebSocket is asked for by GET over HTTP/1.1, without a body and with one valid Sec-WebSocket-Key.")

  package static let webSocketVersion = GatewayError(
    .webSocketVersion, status: 426, fault: .client, "WebSockets of version 13 are spoken here."
  ).with("Sec-WebSocket-Version", "13").with("Upgrade", "websocket").with("Connection", "Upgrade")

  package static func bodyTooLarge(_ limit: Int) -> GatewayError {
    var error = GatewayError(
      .bodyTooLarge, status: 413, fault: .client,
      "The body is larger than the \(limit) bytes that are allowed.")
    error.closesConnection = true
    return error
  }

  /// The client did not finish its request in time.
  package static let requestTimeout: GatewayError = {
    var error = GatewayError(
      .requestTimeout, status: 408, fault: .client, "The request did not arrive in time.")
    error.closesConnection = true
    return error
  }()
}
