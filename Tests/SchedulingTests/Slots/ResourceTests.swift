import Testing

@testable import Scheduling

/// Slots that need units of resources beside their hosts.
@Suite struct ResourceTests {
  private let hours = schedule("UTC", "09:00-13:00")
  private let now = at("2050-01-01T00:00:00Z")
  private let day = SlotQuery(
    from: at("2050-09-05T00:00:00Z"), to: at("2050-09-06T00:00:00Z"), zone: .utc,
    now: at("2050-01-01T00:00:00Z"))

  private func rooms(_ units: [(String, String)?], needed: Int = 1) -> SlotResource {
    SlotResource(
      units: units.map { $0.map { [booked("2050-09-05T\($0.0):00Z", "2050-09-05T\($0.1):00Z")] } ?? [] },
      needed: needed)
  }

  private func generator(
    _ resources: [SlotResource], _ rules: SlotRules = SlotRules(length: 60), hosts: [SlotHost]? = nil
  ) -> SlotGenerator {
    SlotGenerator(rules: rules, hosts: hosts ?? [SlotHost(schedule: hours)], resources: resources)
  }

  private func starts(_ generator: SlotGenerator) -> [String] {
    generator.slots(day).map { String($0.start.text.dropFirst(11).prefix(5)) }
  }

  @Test func `as long as enough units are free the time is free`() {
    let units: [(String, String)?] = [("10:00", "11:00"), ("10:30", "12:00"), nil]
    #expect(starts(generator([rooms(units)])) == ["09:00", "10:00", "11:00", "12:00"])
    #expect(starts(generator([rooms(units, needed: 2)])) == ["09:00", "11:00", "12:00"])
    #expect(starts(generator([rooms(units, needed: 3)])) == ["09:00", "12:00"])
    #expect(starts(generator([rooms(units, needed: 4)])) == [])
  }

  @Test func `rooms that are free one after the other are no room for an event that spans both`() {
    let generator = generator(
      [rooms([("09:00", "10:00"), ("10:00", "11:00")])], SlotRules(length: 60, slotInterval: 30))
    #expect(starts(generator) == ["09:00", "10:00", "10:30", "11:00", "11:30", "12:00"], "not 09:30")
  }

  @Test func `the grid begins anew when a unit comes back, as it does after a host's booking`() {
    #expect(
      starts(generator([rooms([("09:00", "09:50")])], SlotRules(length: 45)))
        == ["10:00", "10:45", "11:30", "12:15"])
  }

  @Test func `every resource is needed, with a pool as with a single host`() {
    let resources = [rooms([("09:00", "10:00")]), rooms([("11:00", "12:00")])]
    #expect(starts(generator(resources)) == ["10:00", "12:00"])
    let pool = [SlotHost(role: .pool, schedule: hours), SlotHost(role: .pool, schedule: hours)]
    #expect(starts(generator(resources, hosts: pool)) == ["10:00", "12:00"])
    #expect(starts(generator(resources, hosts: [])) == [])
  }

  @Test func `buffers of both sides hold for units`() {
    let event = between("2050-09-05T10:00:00Z", "2050-09-05T11:00:00Z")
    let busy = BusyTime(event, .booking(occupied: event.widened(before: 0, after: 300)))
    let rules = SlotRules(length: 30, slotInterval: 5, beforeBuffer: 10, afterBuffer: 20)
    #expect(
      starts(generator([SlotResource(units: [[busy]])], rules))
        == clockTimes("09:00", "09:10", every: 5) + clockTimes("11:15", "12:30", every: 5))
  }

  @Test func `a refusal says taken, or reserved when only a hold is in the way`() {
    let hold = between("2050-09-05T10:00:00Z", "2050-09-05T11:00:00Z")
    let until = at("2050-09-05T08:05:00Z")
    let held = [BusyTime(hold, .reservation(occupied: hold, until: until))]
    func verdict(_ units: [[BusyTime]], needed: Int = 1) -> SlotVerdict {
      generator([SlotResource(units: units, needed: needed)]).check(hold.start, zone: .utc, now: now)
    }
    let taken = [BusyTime(hold, .booking(occupied: hold))]
    #expect(verdict([held]) == .reserved(until: until))
    #expect(verdict([held, taken]) == .reserved(until: until))
    #expect(verdict([held, taken], needed: 2) == .slotTaken)
    #expect(verdict([taken]) == .slotTaken)
    #expect(verdict([held, taken, []]) == .available(seatsTaken: 0))
    #expect(verdict([], needed: 1) == .slotTaken)
    #expect(verdict([], needed: 0) == .available(seatsTaken: 0))
    #expect(verdict([[]], needed: .max) == .slotTaken)
    #expect(verdict([[]], needed: .min) == .available(seatsTaken: 0))
  }

  @Test func `the units to take are those that stay free`() {
    let generator = generator([rooms([("09:30", "10:30"), nil, ("10:00", "11:00")]), rooms([nil])])
    #expect(generator.freeUnits(at: at("2050-09-05T09:00:00Z")) == [[1, 2], [0]])
    #expect(generator.freeUnits(at: at("2050-09-05T10:00:00Z")) == [[1], [0]])
    #expect(generator.freeUnits(at: at("2050-09-05T11:00:00Z")) == [[0, 1, 2], [0]])
  }

  /// On a grid as fine as the data, every start is listed at which host and units stay free.
  @Test(arguments: 0..<80)
  func `it is what trying every start gives, and booking agrees`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    func busy() -> [BusyTime] {
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        let start = at("2050-09-05T08:00:00Z") + 300 * Int.random(in: 0...60, using: &random)
        let event = Interval(start, start + 300 * Int.random(in: 1...20, using: &random))
        return BusyTime(event, .booking(occupied: event))
      }
    }
    let resources = (0..<Int.random(in: 1...2, using: &random)).map { _ in
      let units = (0..<Int.random(in: 1...4, using: &random)).map { _ in busy() }
      return SlotResource(units: units, needed: Int.random(in: 1...2, using: &random))
    }
    let own = busy()
    let generator = generator(
      resources, SlotRules(length: 25, slotInterval: 5), hosts: [SlotHost(schedule: hours, busy: own)])
    let listed = generator.slots(day).map(\.start)
    func isFree(_ busy: [BusyTime], _ start: Instant) -> Bool {
      !busy.contains { $0.interval.overlaps(Interval(start, start + 1500)) }
    }
    let wanted = stride(from: 9 * 3600, through: 13 * 3600 - 1500, by: 300).map { day.from + $0 }.filter {
      start in
      isFree(own, start)
        && resources.allSatisfy { $0.units.filter { isFree($0, start) }.count >= $0.needed }
    }
    #expect(listed == wanted)
    for start in stride(from: 8 * 3600, to: 14 * 3600, by: 300).map({ day.from + $0 }) {
      let isAvailable = generator.check(start, zone: .utc, now: now) == .available(seatsTaken: 0)
      #expect(isAvailable == listed.contains(start))
      #expect(isAvailable == !generator.freeHosts(at: start).isEmpty)
      let units = zip(generator.freeUnits(at: start), resources)
      #expect(!isAvailable || units.allSatisfy { $0.count >= $1.needed })
    }
  }
}
