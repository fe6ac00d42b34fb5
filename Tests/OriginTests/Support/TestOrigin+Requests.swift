import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Origin

/// What came back.
struct Answer: Sendable {
  var status: Int
  var headers: HTTPFields
  var text: String
  var json: JSONValue

  /// `data` of a success.
  var data: JSONValue { json["data"] ?? .null }
  var reason: String? { json["error"]?["details"]?["reason"]?.string }
  var fields: [String] { json["error"]?["details"]?["fields"]?.object?.members.map(\.key).sorted() ?? [] }

  /// The value of a cookie that was set.
  func cookie(_ name: String) -> String? {
    headers[values: .setCookie].lazy.compactMap { line in
      let pair = line.prefix { $0 != ";" }
      return pair.hasPrefix("\(name)=") ? String(pair.dropFirst(name.utf8.count + 1)) : nil
    }.first
  }
}

/// Somebody who signed up, with his token.
struct Person: Sendable {
  var id: Int
  var email: String
  var username: String
  var token: String
  var cookie: String
}

extension TestOrigin {
  func get(_ path: String, as person: Person? = nil) async throws -> Answer {
    try await send(.get, path, as: person)
  }

  func post(_ path: String, _ body: String = "{}", as person: Person? = nil) async throws -> Answer {
    try await send(.post, path, body: body, as: person)
  }

  func patch(_ path: String, _ body: String, as person: Person? = nil) async throws -> Answer {
    try await send(.patch, path, body: body, as: person)
  }

  func delete(_ path: String, as person: Person? = nil) async throws -> Answer {
    try await send(.delete, path, as: person)
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil, as person: Person? = nil,
    headers extra: HTTPFields = [:], isHostile: Bool = false
  ) async throws -> Answer {
    var headers = extra
    if let person, headers[.authorization] == nil { headers[.authorization] = "Bearer \(person.token)" }
    if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
    if let body { headers[.contentLength] = String(body.utf8.count) }
    let head = HTTPRequest(
      method: method, scheme: "http", authority: "test", path: path, headerFields: headers)
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
    let channel = NIOAsyncTestingChannel()
    let context = OriginContext(
      source: ApplicationRequestContextSource(channel: channel, logger: parts.logger))
    let response = try await responder.respond(to: request, context: context)
    let collected = Collected()
    try await response.body.write(collected)
    _ = try? await channel.finish()
    let bytes = collected.bytes.withLock { $0 }
    let answer = Answer(
      status: response.status.code, headers: response.headers, text: String(decoding: bytes, as: UTF8.self),
      json: (try? JSONValue(parsing: bytes)) ?? .null)
    try checkContract(method, path, body: body, answer, requestToo: !isHostile)
    return answer
  }

  // MARK: People and what they have

  @discardableResult
  func signUp(_ username: String = "ana", timeZone: String = "UTC") async throws -> Person {
    let email = "\(username)@clinic.test"
    let answer = try await post(
      "/v2/auth/signup",
      #"{"email":"\#(email)","password":"a good password","name":"\#(username.capitalized)","#
        + #""username":"\#(username)","timeZone":"\#(timeZone)"}"#)
    #expect(answer.status == 201, "\(answer.text)")
    return Person(
      id: try #require(answer.data["user"]?["id"]?.int), email: email, username: username,
      token: try #require(answer.data["accessToken"]?.string),
      cookie: try #require(answer.cookie("daybook_refresh")))
  }

  /// A schedule of a fixture; `days` as the API names them.
  func schedule(
    _ zone: String, _ start: String, _ end: String, days: [String] = Self.everyDay, overrides: String = "[]",
    of person: Person
  ) async throws -> Int {
    let names = days.map { "\"\($0)\"" }.joined(separator: ",")
    let answer = try await post(
      "/v2/schedules",
      #"{"name":"S","timeZone":"\#(zone)","isDefault":false,"availability":[{"days":[\#(names)],"#
        + #""startTime":"\#(start)","endTime":"\#(end)"}],"overrides":\#(overrides)}"#, as: person)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["id"]?.int)
  }

  static let everyDay = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// An event type without notice unless `more` says otherwise.
  func eventType(
    _ slug: String, length: Int, schedule: Int? = nil, more: String = "", of person: Person
  ) async throws -> Int {
    let notice = more.contains("minimumBookingNotice") ? "" : #","minimumBookingNotice":0"#
    let scheduleID = schedule.map { #","scheduleId":\#($0)"# } ?? ""
    let answer = try await post(
      "/v2/event-types",
      #"{"title":"T \#(slug)","slug":"\#(slug)","lengthInMinutes":\#(length)\#(notice)\#(scheduleID)"#
        + (more.isEmpty ? "}" : ",\(more)}"), as: person)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["id"]?.int)
  }

  func book(
    _ eventType: Int, _ start: String, name: String = "Leo", email: String = "leo@mail.test",
    timeZone: String = "UTC", more: String = ""
  ) async throws -> Answer {
    try await post(
      "/v2/bookings",
      #"{"start":"\#(start)","eventTypeId":\#(eventType),"attendee":{"name":"\#(name)","email":"\#(email)","#
        + #""timeZone":"\#(timeZone)"}\#(more.isEmpty ? "" : ",\(more)")}"#)
  }

  /// The UTC `HH:MM` of the slots of each date key.
  func slots(_ query: String) async throws -> [String: [String]] {
    let answer = try await get("/v2/slots?\(query)")
    #expect(answer.status == 200, "\(answer.text)")
    var days: [String: [String]] = [:]
    for member in answer.data.object?.members ?? [] {
      days[member.key] = member.value.array?.compactMap { slot in
        slot["start"]?.string.map { String($0.dropFirst(11).prefix(5)) }
      }
    }
    return days
  }
}

private struct Collected: ResponseBodyWriter {
  final class Box: Sendable {
    let value = Mutex<[UInt8]>([])
    func withLock<R>(_ body: (inout sending [UInt8]) -> sending R) -> sending R { value.withLock(body) }
  }

  let bytes = Box()

  func write(_ buffer: ByteBuffer) async throws {
    bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
