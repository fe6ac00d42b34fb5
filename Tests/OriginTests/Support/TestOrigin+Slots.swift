import JSON
import Scheduling
import Testing

@testable import Origin

/// Slots as the tables of slots.md write them, and hosts and event types to have some of.
extension TestOrigin {
  /// "IST query for day D" of slots.md.
  func istDay(_ day: String) throws -> String {
    let end = try #require(Instant("\(day)T18:29:59Z"))
    return "start=\((end - 86_399).text)&end=\(day)T18:29:59Z&timeZone=Asia/Kolkata"
  }

  /// The `HH:MM` in UTC of the slots of each date key, whatever zone they are printed in.
  func utcSlots(_ query: String) async throws -> [String: [String]] {
    let answer = try await get("/v2/slots?\(query)")
    #expect(answer.status == 200, "\(answer.text)")
    var days: [String: [String]] = [:]
    for member in answer.data.object?.members ?? [] {
      days[member.key] = member.value.array?.compactMap { slot in
        slot["start"]?.string.flatMap { Instant($0) }.map { String($0.text.dropFirst(11).prefix(5)) }
      }
    }
    return days
  }

  /// Every listed instant in UTC, in the order of the answer.
  func instants(_ query: String) async throws -> [String] {
    let answer = try await get("/v2/slots?\(query)")
    #expect(answer.status == 200, "\(answer.text)")
    return (answer.data.object?.members ?? []).flatMap { $0.value.array ?? [] }
      .compactMap { $0["start"]?.string.flatMap { Instant($0) }?.text }
  }

  /// Listed means bookable, not listed means 400: a minute beside the first and the last listed instant, and
  /// `unlisted`, are refused; then the last and the first are booked, in this order because the grid goes on anew
  /// behind a booking. `onlyFirst` where one booking closes the rest.
  func checkEdges(
    _ query: String, of eventType: Int, zone: String = "UTC", onlyFirst: Bool = false,
    unlisted: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let listed = try await instants("eventTypeId=\(eventType)&\(query)")
    let first = try #require(listed.first.flatMap { Instant($0) }, sourceLocation: sourceLocation)
    let last = try #require(listed.last.flatMap { Instant($0) }, sourceLocation: sourceLocation)
    for start in [(first - 60).text, (last + 60).text] + unlisted.compactMap({ Instant($0)?.text }) {
      #expect(!listed.contains(start), "\(start)", sourceLocation: sourceLocation)
      let refused = try await book(eventType, start, timeZone: zone)
      #expect(refused.status == 400, "\(start) \(refused.text)", sourceLocation: sourceLocation)
    }
    for start in onlyFirst || first == last ? [first] : [last, first] {
      let booked = try await book(eventType, start.text, timeZone: zone)
      #expect(booked.status == 201, "\(start.text) \(booked.text)", sourceLocation: sourceLocation)
    }
  }

  /// A schedule with several ranges, as `availability` of the API.
  func schedule(_ zone: String, availability: String, of person: Person) async throws -> Int {
    let answer = try await post(
      "/v2/schedules",
      #"{"name":"S","timeZone":"\#(zone)","isDefault":false,"availability":[\#(availability)]}"#, as: person)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["id"]?.int)
  }

  /// Somebody whose default schedule has these hours every day.
  func host(_ username: String, _ zone: String, _ start: String, _ end: String) async throws -> Person {
    let person = try await signUp(username, timeZone: zone)
    let id = try await schedule(zone, start, end, of: person)
    let answer = try await patch("/v2/schedules/\(id)", #"{"isDefault":true}"#, as: person)
    #expect(answer.status == 200, "\(answer.text)")
    return person
  }

  /// An event type of a team without notice, made through the API.
  func teamType(
    _ slug: String, _ kind: String, length: Int = 60, hosts: String, more: String = "", team: Int,
    by manager: Person
  ) async throws -> Int {
    let answer = try await post(
      "/v2/teams/\(team)/event-types",
      #"{"title":"T \#(slug)","slug":"\#(slug)","lengthInMinutes":\#(length),"schedulingType":"\#(kind)","#
        + #""minimumBookingNotice":0,"hosts":[\#(hosts)]\#(more.isEmpty ? "" : ",\(more)")}"#, as: manager)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["id"]?.int)
  }

  /// `{"userId":…}` of each.
  func hostList(_ people: Person...) -> String {
    people.map { #"{"userId":\#($0.id)}"# }.joined(separator: ",")
  }

  /// A team with these people as its staff.
  func team(_ slug: String = "clinic", of owner: Person, with staff: Person...) async throws -> Int {
    let team = try await team(slug, of: owner)
    for person in staff { try await join(team, person, as: "staff", by: owner) }
    return team
  }
}
