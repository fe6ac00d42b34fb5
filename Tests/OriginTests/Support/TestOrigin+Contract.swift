import HTTPTypes
import TestSupport
import Testing

@testable import Origin

extension TestOrigin {
  /// The OpenAPI document as the tests hold answers against it.
  static let contract = Result {
    try APIContract(OpenAPIDocument(publicURL: "http://localhost:8080").bytes)
  }

  /// Every answer that a test gets must be one that the document promises, and every request that went well one that
  /// it describes. Sources/Origin/OpenAPI/Document is where what is missing belongs; docs/openapi.md says how.
  /// - Parameter requestToo: false where a test sends what nobody should: null, say, is taken for absent, and what is
  ///   ignored may have any type.
  func checkContract(
    _ method: HTTPRequest.Method, _ path: String, body: String?, _ answer: Answer, requestToo: Bool = true
  ) throws {
    let mistakes = try Self.contract.get().mistakes(
      in: APIContract.Exchange(
        method.rawValue, path, body: Array((body ?? "").utf8), status: answer.status,
        contentType: answer.headers[.contentType], answer: Array(answer.text.utf8)), requestToo: requestToo)
    if !mistakes.isEmpty {
      Issue.record(
        """
        The OpenAPI document (Sources/Origin/OpenAPI/Document) does not say this:
        \(mistakes.prefix(10).joined(separator: "\n"))
        """)
    }
  }
}
