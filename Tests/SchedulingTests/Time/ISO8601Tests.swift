import Testing

@testable import Scheduling

@Suite struct ISO8601Tests {
  @Test(arguments: [
    ("2050-09-05T09:00:00.000Z", "2050-09-05T09:00:00.000Z"),
    ("2050-09-05T09:00Z", "2050-09-05T09:00:00.000Z"),
    ("2050-09-05T09:00:00", "2050-09-05T09:00:00.000Z"),
    ("2050-09-05T09:00:00.999999Z", "2050-09-05T09:00:00.000Z"),
    ("2050-09-05T09:00:00+05:30", "2050-09-05T03:30:00.000Z"),
    ("1969-12-31T23:59:59-00:30", "1970-01-01T00:29:59.000Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
  ])
  func `an instant is read and printed`(text: String, printed: String) {
    #expect(Instant(text)?.text == printed)
  }

  @Test(arguments: [
    "2050-09-05", "2050-09-05 09:00:00Z", "2050-09-05T24:00:00Z", "2050-09-05T09:60:00Z",
    "2016-12-31T23:59:60Z",
    "2050-09-05T09:00:00.Z", "2050-09-05T09:00:00.1234567890Z", "2050-09-05T9:00Z",
    "2050-09-05T09:00:00+0530",
    "2050-09-05T09:00:00+24:00", "2050-02-30T09:00:00Z", "0000-01-01T00:00:00Z", "2050-09-05T09:00:00ZZ",
    "2050-09-05T09:00:00z", "", "T", "2050-09-05T09:00:00-", "2050-09-05T09:00:00Z\0",
  ])
  func `anything else is no instant`(text: String) {
    #expect(Instant(text) == nil)
  }

  @Test(arguments: [
    (7200, "2050-09-05T11:00:00.000+02:00"), (-12_600, "2050-09-05T05:30:00.000-03:30"),
    (0, "2050-09-05T09:00:00.000+00:00"),
  ])
  func `with an offset the wall time is printed`(offset: Int, text: String) {
    #expect(at("2050-09-05T09:00:00Z").text(offset: offset) == text)
  }

  @Test(arguments: ["24:00", "9:00", "09:60", "0900", "09:00:00", "-1:00", "", "09:0٠"])
  func `what is not HH colon MM is no time of day`(text: String) {
    #expect(ClockTime(text) == nil)
  }

  @Test func `times of day print as they were read`() {
    #expect(clock("00:00").text == "00:00")
    #expect(clock("23:59").text == "23:59")
    #expect(clock("09:05").minuteOfDay == 545)
  }
}
