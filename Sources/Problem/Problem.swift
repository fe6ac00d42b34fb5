package import JSON

/// What went wrong with a request, told once for every caller: the error envelope of api.md, section 1.0.
package struct Problem: Error, Sendable, Equatable {
  /// HTTP status, 400 to 599.
  package var status: Int
  /// Stable snake_case machine code, `error.details.reason`; docs/errors.md lists them.
  package var reason: String
  /// What is wrong and what would be right, in our own words.
  package var message: String
  /// From field path to why it is wrong: `error.details.fields`. Empty means that no field is to blame.
  package var fields: [String: String]
  /// More members of `error.details`, such as `seconds` of a reservation.
  package var details: [Detail]
  /// Header fields that go with the answer, such as Retry-After and Allow.
  package var headers: [Header]

  package struct Detail: Sendable, Equatable {
    package var key: String
    package var value: JSONValue
    package init(_ key: String, _ value: JSONValue) { (self.key, self.value) = (key, value) }
  }

  package struct Header: Sendable, Equatable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  package init(
    status: Int, reason: String, message: String, fields: [String: String] = [:], details: [Detail] = [],
    headers: [Header] = []
  ) {
    self.status = status
    self.reason = reason
    self.message = message
    self.fields = fields
    self.details = details
    self.headers = headers
  }

  /// `error.code` of the wire format.
  package var code: String {
    switch status {
    case 400: "BadRequestException"
    case 401: "UnauthorizedException"
    case 403: "ForbiddenException"
    case 404: "NotFoundException"
    case 405: "MethodNotAllowedException"
    case 408: "RequestTimeoutException"
    case 409: "ConflictException"
    case 413: "PayloadTooLargeException"
    case 414: "UriTooLongException"
    case 415: "UnsupportedMediaTypeException"
    case 417: "ExpectationFailedException"
    case 421: "MisdirectedRequestException"
    case 422: "UnprocessableEntityException"
    case 429: "ThrottlerException"
    case 431: "RequestHeaderFieldsTooLargeException"
    case 501: "NotImplementedException"
    case 502: "BadGatewayException"
    case 503: "ServiceUnavailableException"
    case 504: "GatewayTimeoutException"
    case 505: "HttpVersionNotSupportedException"
    default: status < 500 ? "BadRequestException" : "InternalServerError"
    }
  }

  /// The envelope as JSON text.
  /// - Parameters:
  ///   - path: the path of the request, without its query.
  ///   - timestamp: now, as `YYYY-MM-DDTHH:mm:ss.SSSZ`.
  package func body(path: String, timestamp: String) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("status", "error")
      json.member("timestamp", timestamp)
      json.member("path", path)
      json.object("error") { json in
        json.member("code", code)
        json.member("message", message)
        json.object("details", writeDetails)
      }
    }
    return json.bytes
  }

  private func writeDetails(_ json: inout JSONWriter) {
    json.member("reason", reason)
    if !fields.isEmpty {
      json.object("fields") { json in
        for (path, why) in fields.sorted(by: { $0.key < $1.key }) {
          json.key(path)
          json.string(why)
        }
      }
    }
    for detail in details {
      json.key(detail.key)
      json.value(detail.value)
    }
  }
}
