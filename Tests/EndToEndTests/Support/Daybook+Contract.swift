import Synchronization
import TestSupport
import Testing

/// What the programs say that they serve: `/v2/openapi.json`, the same for all of them, read once.
private let contract = Mutex<APIContract?>(nil)

extension Daybook {
  /// Reads the document, past the gateway.
  func readContract() async throws {
    guard contract.withLock({ $0 == nil }) else { return }
    let answer = try await offPool {
      try HTTPConnection(port: self.originPort).send("GET", "/v2/openapi.json")
    }
    try #require(answer.status == 200)
    let read = try APIContract(answer.body)
    contract.withLock { $0 = read }
  }

  /// Every answer that comes through the gateway must be one that the document promises, whoever gave it.
  static func checkContract(_ method: String, _ path: String, body: String?, _ answer: HTTPAnswer) {
    guard let known = contract.withLock({ $0 }) else { return }
    let mistakes = known.mistakes(
      in: APIContract.Exchange(
        method, path, body: Array((body ?? "").utf8), status: answer.status,
        contentType: answer["content-type"], answer: answer.body))
    if !mistakes.isEmpty {
      Issue.record(
        """
        The OpenAPI document (Sources/Origin/OpenAPI/Document) does not say this:
        \(mistakes.prefix(10).joined(separator: "\n"))
        \(answer.text.prefix(500))
        """)
    }
  }
}
