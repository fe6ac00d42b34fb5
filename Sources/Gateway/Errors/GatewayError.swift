package import Problem

/// Why the gateway answers a request itself instead of doing what was asked.
package struct GatewayError: Error, Sendable, Equatable {
  /// Stable snake_case, `error.details.reason` of the answer; docs/errors.md lists them. Open: whoever adds a
  /// filter adds its codes in an extension.
  package struct Code: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    package init(_ rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// Who has to change something.
  package enum Fault: String, Sendable {
    case client
    case upstream
    case gateway
  }

  package var code: Code
  package var status: Int
  package var fault: Fault
  /// Whether the same request may be sent to another server: nothing of it can have had an effect.
  package var mayRetry = false
  /// What is wrong and what would be right, for the client.
  package var message: String
  /// Header fields that go with the answer.
  package var headers: [Problem.Header] = []
  /// Whether the connection is unusable after the answer.
  package var closesConnection = false
  /// What happened inside, for the log only.
  package var cause: String?

  package init(_ code: Code, status: Int, fault: Fault, _ message: String) {
    self.code = code
    self.status = status
    self.fault = fault
    self.message = message
  }

  /// The same error with a header field more.
  package func with(_ name: String, _ value: String) -> GatewayError {
    var error = self
    error.headers.append(Problem.Header(name, value))
    return error
  }

  /// The same error with what the log should say.
  package func because(_ cause: String) -> GatewayError {
    var error = self
    error.cause = cause
    return error
  }
}
