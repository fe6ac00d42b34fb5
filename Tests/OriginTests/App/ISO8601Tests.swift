import Foundation
import Testing

@testable import Origin

@Suite struct ISO8601Tests {
  @Test(arguments: [
    (0.0, "1970-01-01T00:00:00.000Z"), (1.5, "1970-01-01T00:00:01.500Z"), (-0.25, "1969-12-31T23:59:59.750Z"),
    (1_900_000_000.999, "2030-03-17T17:46:40.999Z"), (-86_400, "1969-12-31T00:00:00.000Z"),
  ])
  func `an instant has its milliseconds`(_ seconds: Double, _ text: String) {
    #expect(ISO8601.text(Date(timeIntervalSince1970: seconds)) == text)
  }
}
