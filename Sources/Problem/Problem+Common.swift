extension Problem {
  package static func badInput(_ fields: [String: String]) -> Problem {
    let names = fields.keys.sorted().prefix(8).joined(separator: ", ")
    return Problem(
      status: 400, reason: "invalid_input", message: "These fields are not right: \(names).", fields: fields)
  }

  package static func badRequest(_ reason: String, _ message: String) -> Problem {
    Problem(status: 400, reason: reason, message: message)
  }

  package static func unauthorized(_ reason: String, _ message: String) -> Problem {
    Problem(
      status: 401, reason: reason, message: message, headers: [Header("WWW-Authenticate", "Bearer")])
  }

  package static func forbidden(_ message: String) -> Problem {
    Problem(status: 403, reason: "forbidden", message: message)
  }

  /// - Parameter what: the noun, such as "booking".
  package static func notFound(_ what: String) -> Problem {
    Problem(status: 404, reason: "not_found", message: "There is no such \(what).")
  }

  package static func conflict(_ reason: String, _ message: String, fields: [String: String] = [:]) -> Problem
  {
    Problem(status: 409, reason: reason, message: message, fields: fields)
  }

  /// Nothing of the cause leaves the process; the log has it under the request id.
  package static let internalError = Problem(
    status: 500, reason: "internal", message: "Something went wrong on our side. It has been logged.")

  package static func unavailable(_ reason: String, _ message: String, retryAfter seconds: Int) -> Problem {
    Problem(
      status: 503, reason: reason, message: message, headers: [Header("Retry-After", String(seconds))])
  }
}
