extension GatewayError.Code {
  package static let notAcceptable = Self("not_acceptable")
  package static let preconditionFailed = Self("precondition_failed")
  package static let rangeNotSatisfiable = Self("range_not_satisfiable")
}

/// Requests for a file that cannot be met.
enum StaticSiteProblem {
  static let notAcceptable = GatewayError(
    .notAcceptable, status: 406, fault: .client, "None of the accepted encodings is available.")

  static let preconditionFailed = GatewayError(
    .preconditionFailed, status: 412, fault: .client, "The file has changed.")

  static func rangeNotSatisfiable(_ length: Int) -> GatewayError {
    GatewayError(
      .rangeNotSatisfiable, status: 416, fault: .client, "The file has \(length) bytes only."
    ).with("Content-Range", "bytes */\(length)")
  }
}
