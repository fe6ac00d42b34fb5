import Scheduling
import Testing

@testable import Origin

@Suite struct AvailabilityChangeTests {
  @Test(arguments: [
    AvailabilityChange.host(7, from: Instant(seconds: 1_900_000_000), to: Instant(seconds: 1_900_003_600)),
    .host(Int.max, from: Instant(seconds: -3600), to: Instant(seconds: 0)), .host(7, from: nil, to: nil),
    .eventType(12), .business(1),
  ])
  func `what is told is what is heard`(_ change: AvailabilityChange) {
    #expect(AvailabilityChange(payload: change.payload) == change)
  }

  @Test(arguments: [
    AvailabilityChange.nothing, "", "h", "x 1", "h 1 2", "h 1 2 3 4", "h 1 x 3", "h1", "e 1 2",
    "h 99999999999999999999999",
  ])
  func `anything else is no news`(_ payload: String) {
    #expect(AvailabilityChange(payload: payload) == nil)
  }
}
