import Testing

@testable import Scheduling

/// slots.md 2.1: grid, length, interval, offset.
@Suite struct GridExamples {
  private let romeHour = Example(rome, SlotRules(length: 60))
  private let sevenToTwo = clockTimes("07:00", "14:00", every: 60)

  @Test func `1: five working days of eight hours`() {
    let days = romeHour.list("2050-09-05T00:00:00Z", "2050-09-09T23:59:59Z")
    #expect(days.keys.sorted() == ["2050-09-05", "2050-09-06", "2050-09-07", "2050-09-08", "2050-09-09"])
    #expect(days.values.allSatisfy { $0 == sevenToTwo })
  }

  @Test func `2: the asked zone prints the same instants with its offset`() {
    let query = SlotQuery(
      from: at("2050-09-05T00:00:00Z"), to: at("2050-09-05T23:59:59Z"), zone: zone("Europe/Rome"),
      now: romeHour.now)
    let texts = romeHour.generator.slots(query).map { $0.start.text(offset: query.zone.offset(at: $0.start)) }
    #expect(texts.first == "2050-09-05T09:00:00.000+02:00")
    #expect(texts.last == "2050-09-05T16:00:00.000+02:00")
    #expect(texts.count == 8)
  }

  @Test func `4: a later start of the query only takes slots away`() {
    let days = romeHour.list("2050-09-05T09:00:00.000Z", "2050-09-09T23:59:59Z")
    #expect(days["2050-09-05"] == clockTimes("09:00", "14:00", every: 60))
    #expect(days["2050-09-06"] == sevenToTwo)
  }

  @Test func `5: the end of the query is not a start`() {
    let days = romeHour.list("2050-09-05T00:00:00Z", "2050-09-09T12:00:00.000Z")
    #expect(days["2050-09-09"] == clockTimes("07:00", "11:00", every: 60))
    #expect(days["2050-09-08"] == sevenToTwo)
  }

  @Test func `7: half hours from half past nine in Kolkata`() {
    #expect(
      Example(istWork, SlotRules(length: 30)).istDay("2050-09-05") == clockTimes("04:00", "12:00", every: 30))
  }

  @Test func `9: hours begin on the full hour of the asked zone`() {
    #expect(
      Example(istWork, SlotRules(length: 60)).istDay("2050-09-05") == clockTimes("04:30", "11:30", every: 60))
  }

  @Test(arguments: ["Pacific/Pago_Pago", "UTC"])
  func `10: another asked zone has another full hour`(asked: String) {
    let days = Example(istWork, SlotRules(length: 60)).with(zone: asked)
      .list("2050-09-04T18:30:00Z", "2050-09-05T18:29:59Z")
    #expect(days.values.flatMap { $0 }.sorted() == clockTimes("04:00", "11:00", every: 60))
  }

  @Test func `11: three quarters of an hour`() {
    let example = Example(istWork, SlotRules(length: 45, slotInterval: 45))
    #expect(example.istDay("2050-09-05") == clockTimes("04:00", "11:30", every: 45))
  }

  @Test(arguments: [(60, 24), (30, 48), (20, 72), (5, 288)])
  func `13 and 15: a whole day is filled`(length: Int, count: Int) {
    let days = Example(utcDay, SlotRules(length: length)).list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
    #expect(days["2050-09-05"]?.count == count)
  }

  @Test func `17: two ranges of an hour have three slots each`() {
    let example = Example(schedule("UTC", "11:00-12:00,14:00-15:00"), SlotRules(length: 20))
    let days = example.list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
    #expect(days["2050-09-05"] == ["11:00", "11:20", "11:40", "14:00", "14:20", "14:40"])
  }

  @Test func `21: half past seven to half past nine holds one full hour`() {
    let example = Example(schedule("Asia/Kolkata", "07:30-09:30"), SlotRules(length: 60))
    #expect(example.istDay("2050-09-05") == ["02:30"])
  }

  @Test func `the offset moves the first start and widens every step`() {
    let example = Example(schedule("UTC", "09:00-13:00"), SlotRules(length: 60, offsetStart: 15))
    #expect(
      example.list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"] == [
        "09:15", "10:30", "11:45",
      ])
  }

  @Test func `the interval may be shorter or longer than the event`() {
    let hours = schedule("UTC", "09:00-11:00")
    let day = ("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
    let short = Example(hours, SlotRules(length: 60, slotInterval: 30)).list(day.0, day.1)
    #expect(short["2050-09-05"] == ["09:00", "09:30", "10:00"])
    let long = Example(hours, SlotRules(length: 20, slotInterval: 50)).list(day.0, day.1)
    #expect(long["2050-09-05"] == ["09:00", "09:50", "10:40"])
  }

  @Test func `a slot may run over midnight where the next day goes on`() {
    let example = Example(utcDay, SlotRules(length: 60, slotInterval: 30))
    let days = example.list("2050-09-05T22:00:00Z", "2050-09-06T01:00:00Z")
    #expect(days == ["2050-09-05": ["22:00", "22:30", "23:00", "23:30"], "2050-09-06": ["00:00", "00:30"]])
  }

  @Test func `every day begins its grid anew, whichever day is asked for`() {
    let example = Example(utcDay, SlotRules(length: 50))
    let both = example.list("2050-09-05T00:00:00Z", "2050-09-06T23:59:59Z")
    let second = example.list("2050-09-06T00:00:00Z", "2050-09-06T23:59:59Z")
    #expect(both["2050-09-06"] == second["2050-09-06"])
    #expect(second["2050-09-06"]?.first == "00:00")
    #expect(both["2050-09-05"]?.last == "23:20")
  }

  @Test func `a range that ends one second before midnight ends at midnight`() {
    let late = BusyTime(between("2050-09-05T23:59:59Z", "2050-09-06T06:00:00Z"), .external)
    let days = Example(utcDay, busy: [late], SlotRules(length: 60)).list(
      "2050-09-05T20:00:00Z", "2050-09-06T05:00:00Z")
    #expect(days == ["2050-09-05": ["20:00", "21:00", "22:00", "23:00"]])
  }

  @Test func `a busy time that ends within a minute does not let a slot begin before its end`() {
    let busy = BusyTime(between("2050-09-05T09:00:00Z", "2050-09-05T10:00:30Z"), .external)
    let day = Example(schedule("UTC", "09:00-13:00"), busy: [busy], SlotRules(length: 60))
      .list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]
    #expect(day == ["11:00", "12:00"])
  }
}
