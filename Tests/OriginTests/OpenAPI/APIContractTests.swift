import JSON
import TestSupport
import Testing

/// What the tests would say if origin answered something else than the document promises.
@Suite struct APIContractTests {
  /// What was said on both sides, and the mistake in it.
  struct Case: Sendable {
    var method: String
    var target: String
    var body = ""
    var status = 200
    var answer: String
    var mistake: String
  }

  private static let list = #"{"status":"success","data":[]}"#

  private static let answers: [Case] = [
    Case(method: "GET", target: "/v2/me", status: 418, answer: "{}", mistake: "not among its answers"),
    Case(
      method: "DELETE", target: "/v2/auth/sessions/x", answer: #"{"status":"success","data":1}"#,
      mistake: "answer.data is not described"),
    Case(
      method: "DELETE", target: "/v2/auth/sessions/x", answer: #"{"status":"done"}"#,
      mistake: "answer.status must be"),
    Case(
      method: "GET", target: "/v2/me", answer: #"{"status":"success"}"#, mistake: "answer.data is missing"),
    Case(
      method: "GET", target: "/v2/me", status: 404, answer: error("no_such_reason"),
      mistake: "answer.error.details.reason is"),
    Case(method: "GET", target: "/v2/me", status: 404, answer: "<html>", mistake: "the answer is no JSON"),
  ]

  private static let requests: [Case] = [
    Case(
      method: "GET", target: "/v2/schedules?page=1", answer: list,
      mistake: "the query parameter page is taken, but not described"),
    Case(
      method: "POST", target: "/v2/auth/signup", body: #"{"nickname":"x"}"#, status: 201, answer: list,
      mistake: "request.nickname is not described"),
    Case(method: "GET", target: "/v2/bookings?take=251", answer: list, mistake: "query.take is above"),
  ]

  @Test(arguments: answers + requests)
  func `what is not promised is told`(_ each: Case) throws {
    let mistakes = try TestOrigin.contract.get().mistakes(
      in: APIContract.Exchange(
        each.method, each.target, body: Array(each.body.utf8), status: each.status,
        contentType: "application/json", answer: Array(each.answer.utf8)))
    #expect(mistakes.contains { $0.contains(each.mistake) }, "\(mistakes)")
  }

  @Test func `the more literal path is the one, whatever base path and query it has`() throws {
    let contract = try TestOrigin.contract.get()
    #expect(contract.operation("GET", "/v2/schedules/default")?.path == "/v2/schedules/default")
    #expect(contract.operation("GET", "/v2/schedules/17?x=1")?.path == "/v2/schedules/{id}")
    #expect(contract.operation("GET", "/api/v2/me")?.path == "/v2/me")
    #expect(contract.operation("GET", "/v2/nothing") == nil)
  }

  private static func error(_ reason: String) -> String {
    #"{"status":"error","timestamp":"2030-01-08T10:00:00.000Z","path":"/v2/me","error":"#
      + #"{"code":"NotFoundException","message":"x","details":{"reason":"\#(reason)"}}}"#
  }
}
