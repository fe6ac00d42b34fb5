package import Problem

extension GatewayError {
  /// What the client is told: the only way from an error to the envelope. The cause stays here.
  package var problem: Problem {
    Problem(status: status, reason: code.rawValue, message: message, headers: headers)
  }
}
