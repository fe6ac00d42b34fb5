import Foundation
import JSON
import Postgres
import Testing

/// Somebody with an account.
struct Account: Sendable {
  var id: Int
  var email: String
  var username: String
  var token: String
}

extension Daybook {
  /// One request over a connection of its own, through the gateway unless a port says otherwise.
  func ask(
    _ method: String, _ path: String, body: String? = nil, as account: Account? = nil,
    fields: [(String, String)] = [], port: Int? = nil
  ) async throws -> HTTPAnswer {
    let token = account.map { [("Authorization", "Bearer \($0.token)")] } ?? []
    let port = port ?? self.port
    let answer = try await offPool {
      try HTTPConnection(port: port).send(method, path, body: body, fields: token + fields)
    }
    Self.checkContract(method, path, body: body, answer)
    return answer
  }

  func signUp(_ username: String = "ana-\(UInt32.random(in: 0 ... .max))") async throws -> Account {
    let email = "\(username)@clinic.test"
    let answer = try await ask(
      "POST", "/v2/auth/signup",
      body: #"{"email":"\#(email)","password":"a good password","name":"Ana Ruiz","#
        + #""username":"\#(username)","timeZone":"UTC"}"#)
    try #require(answer.status == 201, "\(answer.text)")
    return Account(
      id: try #require(answer.data["user"]?["id"]?.int), email: email, username: username,
      token: try #require(answer.data["accessToken"]?.string))
  }

  /// Open day and night, without notice.
  func eventType(_ slug: String, minutes: Int, of account: Account, more: String = "") async throws -> Int {
    let schedule = try await ask(
      "POST", "/v2/schedules",
      body: #"{"name":"S","timeZone":"UTC","isDefault":false,"availability":[{"days":["Monday","Tuesday","#
        + #""Wednesday","Thursday","Friday","Saturday","Sunday"],"startTime":"00:00","endTime":"23:59"}]}"#,
      as: account)
    try #require(schedule.status == 201, "\(schedule.text)")
    let answer = try await ask(
      "POST", "/v2/event-types",
      body: #"{"title":"Talk","slug":"\#(slug)","lengthInMinutes":\#(minutes),"minimumBookingNotice":0,"#
        + #""scheduleId":\#(try #require(schedule.data["id"]?.int))\#(more)}"#,
      as: account)
    try #require(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["id"]?.int)
  }

  func book(_ eventType: Int, _ start: String, email: String = "leo@mail.test") async throws -> HTTPAnswer {
    try await ask("POST", "/v2/bookings", body: Self.booking(eventType, start, email: email))
  }

  /// The body of a booking.
  static func booking(_ eventType: Int, _ start: String, email: String = "leo@mail.test") -> String {
    #"{"start":"\#(start)","eventTypeId":\#(eventType),"#
      + #""attendee":{"name":"Leo Kim","email":"\#(email)","timeZone":"UTC"}}"#
  }

  /// A time in the future, so many minutes after Monday 2030-01-07T00:00:00Z.
  static func time(_ minutes: Int) -> String {
    Date(timeIntervalSince1970: 1_893_974_400 + Double(minutes) * 60).formatted(.iso8601)
  }

  /// Requests that origin has answered so far, those of the gateway for keys left out.
  func originRequests() async throws -> Int {
    let answer = try await ask("GET", "/metrics", port: internalPort)
    return answer.text.split(separator: "\n")
      .filter { $0.hasPrefix("daybook_origin_request_seconds_count{") && !$0.contains("jwks.json") }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
      .reduce(0) { $0 + Int($1) }
  }

  /// The number that a statement gives.
  func count(_ sql: String) async throws -> Int {
    try await database.query(.once(sql)).first?.decode(Int.self, at: 0) ?? 0
  }
}
