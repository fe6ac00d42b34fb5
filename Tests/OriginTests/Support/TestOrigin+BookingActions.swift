import HTTPTypes
import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

extension Answer {
  var uid: String { data["uid"]?.string ?? "" }
  var seatUID: String { data["seatUid"]?.string ?? "" }
  var attendees: [JSONValue] { data["attendees"]?.array ?? [] }
  var hostIDs: [Int] { data["hosts"]?.array?.compactMap { $0["id"]?.int } ?? [] }
  var bookingStatus: String? { data["status"]?.string }

  /// One member of all elements of an array.
  func all(_ key: String) -> [String] { data.array?.compactMap { $0[key]?.string } ?? [] }

  func detail(_ key: String) -> JSONValue? { json["error"]?["details"]?[key] }
}

extension TestOrigin {
  /// An event type that can be booked at every hour of every day.
  func alwaysOpen(_ slug: String, length: Int = 60, more: String = "", of person: Person) async throws -> Int
  {
    let all = try await schedule("UTC", "00:00", "23:59", of: person)
    return try await eventType(slug, length: length, schedule: all, more: more, of: person)
  }

  /// A team's event type with these hosts, open at every hour.
  func teamType(
    _ slug: String, _ kind: String = "roundRobin", team: Int, hosts: [Person], owner: Person,
    more: String = ""
  ) async throws -> Int {
    let all = try await schedule("UTC", "00:00", "23:59", of: owner)
    let list = hosts.map { #"{"userId":\#($0.id)}"# }.joined(separator: ",")
    let answer = try await post(
      "/v2/teams/\(team)/event-types",
      #"{"title":"T","slug":"\#(slug)","lengthInMinutes":60,"minimumBookingNotice":0,"schedulingType":"\#(kind)","#
        + #""scheduleId":\#(all),"hosts":[\#(list)]\#(more.isEmpty ? "" : ",\(more)")}"#, as: owner)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["id"]?.int)
  }

  func act(_ uid: String, _ action: String, _ body: String = "{}", as person: Person? = nil) async throws
    -> Answer
  {
    try await post("/v2/bookings/\(uid)/\(action)", body, as: person)
  }

  func move(_ uid: String, to start: String, more: String = "", as person: Person? = nil) async throws
    -> Answer
  {
    try await act(uid, "reschedule", #"{"start":"\#(start)"\#(more.isEmpty ? "" : ",\(more)")}"#, as: person)
  }

  func reserve(_ eventType: Int, _ start: String, more: String = "", as person: Person? = nil) async throws
    -> Answer
  {
    try await post(
      "/v2/slots/reservations",
      #"{"eventTypeId":\#(eventType),"slotStart":"\#(start)"\#(more.isEmpty ? "" : ",\(more)")}"#, as: person)
  }

  /// Lets the clock stand still at another time; tokens of before may be over then.
  func setClock(_ text: String) throws { clock.hold(try #require(Instant(text)).date) }

  /// The same person with a new token.
  func logIn(_ person: Person) async throws -> Person {
    let answer = try await post(
      "/v2/auth/login", #"{"email":"\#(person.email)","password":"a good password"}"#)
    var person = person
    person.token = try #require(answer.data["accessToken"]?.string)
    return person
  }

  /// The keys of the mails that are owed: who, about what.
  func mails() async throws -> [String] {
    try await postgres.query(.once("SELECT unique_key FROM jobs WHERE kind = 'booking.mail' ORDER BY id")).map
    {
      try $0.decode(String.self, at: 0)
    }
  }

  /// Bookings that overlap another one of the same host.
  func overlaps() async throws -> Int {
    try await count(
      """
      SELECT count(*) FROM booking_hosts x JOIN bookings a ON a.id = x.booking_id AND a.status = 'accepted'
      JOIN booking_hosts y ON y.user_id = x.user_id JOIN bookings b ON b.id = y.booking_id AND b.status = 'accepted'
      WHERE a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
      """)
  }
}
