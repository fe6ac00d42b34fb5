import Foundation
import Testing

@testable import Scheduling

@Suite struct CivilDateTests {
  @Test(arguments: [1...8, 1890...2110, 9990...9999])
  func `every day comes back from its parts`(years: ClosedRange<Int>) throws {
    let first = try #require(CivilDate(year: years.lowerBound, month: 1, day: 1))
    let last = try #require(CivilDate(year: years.upperBound, month: 12, day: 31))
    var expected = (year: years.lowerBound, month: 1, day: 1)
    for days in first.daysSince1970...last.daysSince1970 {
      let parts = CivilDate(daysSince1970: days).components
      guard parts == expected,
        CivilDate(year: parts.year, month: parts.month, day: parts.day)?.daysSince1970 == days
      else {
        Issue.record("\(days) is \(parts), not \(expected)")
        return
      }
      expected = next(expected)
    }
    #expect(expected == (years.upperBound + 1, 1, 1))
  }

  @Test func `the calendar begins and ends where it says`() {
    #expect(date("1970-01-01").daysSince1970 == 0)
    #expect(date("9999-12-31") - date("0001-01-01") == 3_652_058)
  }

  @Test(arguments: [
    "2023-02-29", "2023-13-01", "2023-00-10", "2023-04-31", "0000-01-01", "2023-4-1", "20230401",
    "2023-04-01Z",
    "+2023-04-01", "２０２３-04-01", "", "2023-04-0a", "1900-02-29",
  ])
  func `what the calendar does not have is refused`(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test func `weekdays and texts`() {
    #expect(date("2026-11-21").weekday == .saturday)
    #expect(date("1969-12-31").weekday == .wednesday)
    #expect(date("2000-02-29").text == "2000-02-29")
    #expect(date("0001-01-01").text == "0001-01-01")
    #expect((date("2024-02-28") + 2).text == "2024-03-01")
    #expect(Weekday(name: "Sunday") == .sunday)
    #expect(Weekday(name: "sunday") == nil)
  }

  private func next(_ date: (year: Int, month: Int, day: Int)) -> (year: Int, month: Int, day: Int) {
    let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if date.day < lengths[date.month - 1] { return (date.year, date.month, date.day + 1) }
    return date.month < 12 ? (date.year, date.month + 1, 1) : (date.year + 1, 1, 1)
  }
}
