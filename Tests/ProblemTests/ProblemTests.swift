import JSON
import Problem
import Testing

@Suite struct ProblemTests {
  @Test func `the body is the error envelope of the wire format`() throws {
    let problem = Problem(
      status: 400, reason: "reserved", message: "Wait.", fields: ["b": "is wrong", "a.0": "is odd"],
      details: [.init("seconds", .int(7))])
    let json = try JSONValue(
      parsing: problem.body(path: "/v2/bookings", timestamp: "2030-01-08T10:00:00.000Z"))
    #expect(json["status"] == .string("error"))
    #expect(json["timestamp"] == .string("2030-01-08T10:00:00.000Z"))
    #expect(json["path"] == .string("/v2/bookings"))
    #expect(json["error"]?["code"] == .string("BadRequestException"))
    #expect(json["error"]?["message"] == .string("Wait."))
    #expect(json["error"]?["details"]?["reason"] == .string("reserved"))
    #expect(json["error"]?["details"]?["seconds"] == .int(7))
    #expect(
      json["error"]?["details"]?["fields"] == .object(["a.0": .string("is odd"), "b": .string("is wrong")]))
  }

  @Test func `without wrong fields there is no fields member`() throws {
    let body = Problem.notFound("booking").body(path: "/", timestamp: "")
    #expect(try JSONValue(parsing: body)["error"]?["details"] == .object(["reason": .string("not_found")]))
  }

  @Test(arguments: [
    (400, "BadRequestException"), (401, "UnauthorizedException"), (403, "ForbiddenException"),
    (404, "NotFoundException"), (409, "ConflictException"), (413, "PayloadTooLargeException"),
    (415, "UnsupportedMediaTypeException"), (422, "UnprocessableEntityException"),
    (429, "ThrottlerException"),
    (500, "InternalServerError"), (503, "ServiceUnavailableException"), (418, "BadRequestException"),
    (599, "InternalServerError"),
  ])
  func `a status has the code that clients of the format know`(_ status: Int, _ code: String) {
    #expect(Problem(status: status, reason: "", message: "").code == code)
  }
}
