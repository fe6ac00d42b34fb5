import Foundation
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

  @Test func `what is written is what Foundation writes, behind what is there already`() {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    var random = SeededGenerator(seed: 11)
    for _ in 0..<3000 {
      // From 1600 to 9999, offsets of whole minutes up to fourteen hours.
      let instant = Instant(seconds: Int.random(in: -11_644_473_600..<253_402_300_800, using: &random))
      let minutes = Int.random(in: -840...840, using: &random)
      formatter.timeZone = TimeZone(secondsFromGMT: minutes * 60)
      let local = formatter.string(from: instant.date)
      let wanted = minutes == 0 ? local.replacing("Z", with: "+00:00") : local
      guard wanted.utf8.count == 29 else { continue }
      var bytes = Array("[".utf8)
      instant.append(to: &bytes, offset: minutes * 60)
      #expect(String(decoding: bytes, as: UTF8.self) == "[" + wanted)
      #expect(instant.text(offset: minutes * 60) == wanted)
      #expect(
        wanted.hasPrefix(
          CivilDate(daysSince1970: (instant.seconds + minutes * 60).floorDivided(by: 86_400)).text))
      formatter.timeZone = .gmt
      #expect(instant.text == formatter.string(from: instant.date))
    }
  }

  @Test func `writing into a buffer with room for it moves nothing`() {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(29 * 100)
    let capacity = bytes.capacity
    for index in 0..<100 { at("2050-09-05T09:00:00Z").append(to: &bytes, offset: index * 60) }
    #expect(bytes.capacity == capacity)
    #expect(bytes.count == 2900)
  }

  @Test(arguments: [Int.min / 2, -1 << 48, 1 << 48, Int.max / 2])
  func `instants beyond the calendar print something of the same length`(seconds: Int) {
    #expect(Instant(seconds: seconds).text.utf8.count == 24)
    #expect(Instant(seconds: seconds).text(offset: -3600).utf8.count == 29)
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
