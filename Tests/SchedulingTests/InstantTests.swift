import Testing

@testable import Scheduling

@Suite struct InstantTests {
  @Test func `the epoch prints as itself`() {
    #expect(Instant(seconds: 0).text == "1970-01-01T00:00:00.000Z")
  }
}
