import Foundation
import JSON
import Scheduling
import Testing

@testable import Origin

/// Listed means bookable, not listed means refused, through the API: event types, people, days and zones as dice have
/// them, days on which clocks change among them. A case is what its seed says; `SLOT_SEEDS=100..<200` tries others.
@Suite struct SlotAgreementTests {
  private static let seeds: [UInt64] = {
    let asked = ProcessInfo.processInfo.environment["SLOT_SEEDS"]?.split(separator: "..<").compactMap {
      UInt64($0)
    }
    if let asked, asked.count == 2 { return Array(asked[0]..<asked[1]) }
    return Array(0..<16)
  }()

  @Test(.timeLimit(.minutes(10)), arguments: seeds)
  func `what is listed is booked, and nothing else`(_ seed: UInt64) async throws {
    var dice = SlotDice(seed: seed)
    let fixture = SlotFixture(&dice)
    try await TestOrigin.run(now: fixture.now.text) { origin async throws in
      var agreement = SlotAgreement(
        origin: origin, id: try await fixture.make(in: origin), fixture: fixture, dice: dice)
      // What is there already decides, too: each round one more stays.
      for round in 0..<3 {
        try await agreement.check()
        if round < 2 { try await agreement.keepOne() }
      }
      #expect(try await origin.findings() == [])
    }
  }

  @Test func `most seeds list something`() async throws {
    var listed = 0
    for seed in 0..<12 as Range<UInt64> {
      var dice = SlotDice(seed: seed)
      let fixture = SlotFixture(&dice)
      listed += try await TestOrigin.run(now: fixture.now.text) { origin async throws in
        let id = try await fixture.make(in: origin)
        return try await origin.instants("eventTypeId=\(id)&\(fixture.query)").isEmpty ? 0 : 1
      }
    }
    #expect(listed >= 7)
  }
}

/// Asks for a list and tries what is in it, and what is not.
private struct SlotAgreement {
  let origin: TestOrigin
  let id: Int
  let fixture: SlotFixture
  var dice: SlotDice
  private var count = 0

  init(origin: TestOrigin, id: Int, fixture: SlotFixture, dice: SlotDice) {
    (self.origin, self.id, self.fixture, self.dice) = (origin, id, fixture, dice)
  }

  private func listed() async throws -> [Instant] {
    try await origin.instants("eventTypeId=\(id)&\(fixture.query)").map { try #require(Instant($0)) }
  }

  mutating func check() async throws {
    let listed = try await listed()
    #expect(listed == Array(Set(listed)).sorted(), "\(fixture): an instant twice, or out of order")
    for start in Set(
      (0..<4).compactMap { _ in dice.pick(listed) } + [listed.first, listed.last].compactMap(\.self))
    {
      let booked = try await book(start)
      #expect(booked.status == 201, "\(fixture): \(start.text) is listed: \(booked.text)")
      if booked.status == 201 { try await undo(booked) }
    }
    for start in unlisted(beside: Set(listed)) {
      let refused = try await book(start)
      guard refused.status == 201 else {
        #expect([400, 409].contains(refused.status), "\(fixture): \(start.text): \(refused.text)")
        continue
      }
      try await undo(refused)
      #expect(try await wasListed(start), "\(fixture): \(start.text) is not listed, and was booked")
    }
    #expect(try await self.listed() == listed, "\(fixture): what was cancelled left something")
  }

  mutating func keepOne() async throws {
    guard let start = dice.pick(try await listed()) else { return }
    #expect(try await book(start).status == 201)
  }

  /// A few minutes beside what is listed, and anywhere.
  private mutating func unlisted(beside listed: Set<Instant>) -> Set<Instant> {
    let all = listed.sorted()
    var tried: Set<Instant> = []
    for _ in 0..<5 {
      let minutes = dice.pick([1, 5, 7, 10, 15, 20, 30, 45, 60, 90, 180]) ?? 1
      if let near = dice.pick(all) { tried.insert(near + (dice.chance(50) ? minutes : -minutes) * 60) }
      tried.insert(fixture.from + dice.roll((fixture.to - fixture.from) / 300) * 300)
    }
    return tried.filter { !listed.contains($0) && fixture.from <= $0 && $0 <= fixture.to }
  }

  /// Whoever fills in the form for ten minutes may still have what was listed then.
  private func wasListed(_ start: Instant) async throws -> Bool {
    let now = fixture.now
    for seconds in stride(from: 60, through: 600, by: 60) {
      try origin.setClock((now - seconds).text)
      let before = try await listed()
      try origin.setClock(now.text)
      if before.contains(start) { return true }
    }
    return false
  }

  private mutating func book(_ start: Instant) async throws -> Answer {
    count += 1
    return try await origin.book(
      id, start.text, email: "n\(count)@mail.test", timeZone: fixture.zone,
      more: fixture.length.map { #""lengthInMinutes":\#($0)"# } ?? "")
  }

  private func undo(_ booked: Answer) async throws {
    let body = booked.seatUID.isEmpty ? "{}" : #"{"seatUid":"\#(booked.seatUID)"}"#
    let cancelled = try await origin.act(booked.uid, "cancel", body)
    #expect(cancelled.status == 200, "\(fixture): \(cancelled.text)")
  }
}

/// An event type, its people and the days that are asked for.
private struct SlotFixture: CustomStringConvertible {
  private static let zones = [
    "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu", "UTC",
    "America/St_Johns", "Africa/Casablanca", "Pacific/Kiritimati", "America/Sao_Paulo",
  ]
  /// Days of 2030 on which the clocks of one of those change, and others.
  private static let days = [
    "2030-03-31", "2030-10-27", "2030-03-10", "2030-11-03", "2030-04-07", "2030-10-06", "2030-01-06",
    "2030-02-28",
    "2030-06-17", "2030-12-31",
  ]
  private static let hours = [
    [("09:00", "17:00")], [("00:00", "23:59")], [("09:30", "12:00"), ("13:15", "18:10")],
    [("22:00", "23:59")],
    [("00:00", "04:00"), ("20:00", "23:59")], [("01:15", "03:45")], [("08:07", "11:52")],
  ]

  let seed: UInt64
  let zone: String
  let from: Instant
  let to: Instant
  let now: Instant
  let length: Int?
  private let kind: String?
  private let rules: String
  private let people: [(zone: String, hours: [(String, String)])]
  private let away: Interval?

  init(_ dice: inout SlotDice) {
    seed = dice.seed
    zone = dice.pick(Self.zones) ?? "UTC"
    let middle = Instant("\(dice.pick(Self.days) ?? "2030-01-06")T00:00:00Z") ?? Instant(seconds: 0)
    from = middle - dice.roll(96) * 900
    to = middle + 86_400 + dice.roll(96) * 900
    now = from - 86_400 - dice.roll(10 * 86_400)
    kind = dice.pick([nil, nil, "collective", "roundRobin", "roundRobin"]) ?? nil
    let isMulti = dice.chance(25)
    length = isMulti ? dice.pick([15, 30, 45]) : nil
    people = (0..<(kind == nil ? 1 : 1 + dice.roll(3))).map { _ in
      (dice.pick(Self.zones) ?? "UTC", dice.pick(Self.hours) ?? [])
    }
    let days = (from - now) / 86_400
    rules = Self.rules(isMulti: isMulti, days: days, middle: middle, &dice)
    away =
      dice.chance(25) ? Interval(middle + dice.roll(24) * 3600, middle + 86_400 + dice.roll(24) * 3600) : nil
  }

  private static func rules(isMulti: Bool, days: Int, middle: Instant, _ dice: inout SlotDice) -> String {
    let length = isMulti ? 30 : dice.pick([10, 15, 20, 25, 30, 45, 60, 75, 90, 120]) ?? 60
    var rules = [#""lengthInMinutes":\#(length)"#]
    if isMulti { rules.append(#""lengthInMinutesOptions":[15,30,45]"#) }
    if dice.chance(50) {
      rules.append(#""slotInterval":\#(dice.pick([5, 10, 12, 15, 20, 30, 45, 60, 90]) ?? 15)"#)
    }
    if dice.chance(25) { rules.append(#""offsetStart":\#(dice.pick([1, 5, 10, 20]) ?? 5)"#) }
    if dice.chance(35) { rules.append(#""beforeEventBuffer":\#(dice.pick([5, 10, 30, 60]) ?? 5)"#) }
    if dice.chance(35) { rules.append(#""afterEventBuffer":\#(dice.pick([5, 10, 30, 60]) ?? 5)"#) }
    let notice = dice.chance(35) ? dice.roll((days + 2) * 1440) : 0
    rules.append(#""minimumBookingNotice":\#(notice)"#)
    if dice.chance(20) { rules.append(#""onlyShowFirstAvailableSlot":true"#) }
    if dice.chance(30) {
      let limits = [
        #""bookingLimitsCount":{"day":1}"#, #""bookingLimitsCount":{"day":2,"week":3}"#,
        #""bookingLimitsDuration":{"day":\#((length * 2 + 14) / 15 * 15)}"#,
        #""bookingLimitsDuration":{"week":\#((length * 3 + 14) / 15 * 15)}"#,
      ]
      rules.append(dice.pick(limits) ?? "")
    }
    if dice.chance(30) {
      let first = middle.text.prefix(10)
      let last = (middle + 86_400).text.prefix(10)
      let windows = [
        #"{"type":"calendarDays","value":\#(days + 1)}"#, #"{"type":"businessDays","value":\#(days)}"#,
        #"{"type":"calendarDays","value":\#(days + 1),"rolling":true}"#,
        #"{"type":"range","value":["\#(first)","\#(last)"]}"#,
      ]
      rules.append(#""bookingWindow":\#(dice.pick(windows) ?? "")"#)
    }
    if dice.chance(20) {
      rules.append(#""seats":{"seatsPerTimeSlot":2,"showAttendeeInfo":true,"showAvailabilityCount":true}"#)
    }
    return rules.joined(separator: ",")
  }

  var description: String {
    "seed \(seed): \(kind ?? "personal") \(rules); \(people); \(query); now \(now.text)"
  }

  var query: String {
    "start=\(from.text)&end=\(to.text)&timeZone=\(zone)" + (length.map { "&duration=\($0)" } ?? "")
  }

  /// The id of the event type.
  func make(in origin: TestOrigin) async throws -> Int {
    var hosts: [Person] = []
    for (index, person) in people.enumerated() {
      let host = try await origin.signUp("host-\(index)", timeZone: person.zone)
      let ranges = person.hours.map { start, end in
        #"{"days":["Monday","Tuesday","Wednesday","Thursday","Friday","Saturday","Sunday"],"startTime":"\#(start)","endTime":"\#(end)"}"#
      }
      let schedule = try await origin.schedule(
        person.zone, availability: ranges.joined(separator: ","), of: host)
      let isDefault = try await origin.patch("/v2/schedules/\(schedule)", #"{"isDefault":true}"#, as: host)
      #expect(isDefault.status == 200, "\(isDefault.text)")
      hosts.append(host)
    }
    if let away {
      let body = #"{"start":"\#(away.start.text)","end":"\#(away.end.text)"}"#
      let answer = try await origin.post("/v2/me/busy", body, as: hosts[0])
      #expect(answer.status == 201, "\(answer.text)")
    }
    return try await eventType(of: hosts, in: origin)
  }

  private func eventType(of hosts: [Person], in origin: TestOrigin) async throws -> Int {
    var path = "/v2/event-types"
    var more = ""
    if let kind {
      let team = try await origin.team("team", of: hosts[0])
      for host in hosts.dropFirst() { try await origin.join(team, host, as: "staff", by: hosts[0]) }
      path = "/v2/teams/\(team)/event-types"
      let list = hosts.map { #"{"userId":\#($0.id)}"# }.joined(separator: ",")
      more = #","schedulingType":"\#(kind)","hosts":[\#(list)]"#
    }
    let answer = try await origin.post(path, #"{"title":"T","slug":"t",\#(rules)\#(more)}"#, as: hosts[0])
    #expect(answer.status == 201, "\(self): \(answer.text)")
    return try #require(answer.data["id"]?.int)
  }
}

/// The same numbers for the same seed (SplitMix64).
private struct SlotDice {
  let seed: UInt64
  private var state: UInt64

  init(seed: UInt64) { (self.seed, state) = (seed, seed &* 0x2545_f491_4f6c_dd1d) }

  mutating func roll(_ sides: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(max(1, sides)))
  }

  mutating func chance(_ percent: Int) -> Bool { roll(100) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[roll(elements.count)]
  }
}
