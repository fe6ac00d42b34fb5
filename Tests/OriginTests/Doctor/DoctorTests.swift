import Scheduling
import Testing

@testable import Origin

@Suite struct DoctorTests {
  @Test func `time zones are well here, and mended where they are missing or have no rules`() {
    #expect(Doctor.timeZones().remedy == nil)
    let missing = Doctor.timeZones { _ in nil }
    #expect(missing.remedy?.contains("tzdata") == true && missing.remark.contains("not known"))
    let ruleless = Doctor.timeZones { _ in .utc }
    #expect(ruleless.remedy?.contains("tzdata") == true && ruleless.remark.contains("no summer time"))
  }
}
