import Foundation
import Postgres
import Scheduling
import Testing

@testable import Origin

/// Totals while others book and cancel: what they do does not concern the past.
@Suite struct BookingTotalRaceTests {
  @Test(.timeLimit(.minutes(10)), arguments: [["past"], ["past", "cancelled"]])
  func `the past has as many bookings as it had, whatever is booked and cancelled meanwhile`(
    _ statuses: [String]
  )
    async throws
  {
    try await TestOrigin.run(now: "2030-01-08T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let ben = try await origin.signUp("ben")
      let team = try await origin.staffedTeam(owner: ben, staff: ana)
      let business = try await origin.businessID(of: ana)
      for index in 0..<30 {
        try await origin.putBooking("p\(index)", in: business, at: "2030-01-02T10:00Z", hosts: [ana])
      }
      // Ana sees it as its host only, so it is counted by itself.
      try await origin.putBooking("t", in: team, at: "2030-01-02T10:00Z", hosts: [ana])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<3 {
          group.addTask {
            while !Task.isCancelled {
              let uid = "w\(writer)"
              try await origin.putBooking(uid, in: business, at: "2030-02-01T10:00Z", hosts: [ana])
              _ = try await origin.postgres.query(
                .once("DELETE FROM bookings WHERE business_id = \(business) AND uid = '\(uid)'"))
            }
          }
        }
        let list = BookingListStore(origin.postgres)
        let filter = BookingFilter(statuses: statuses, take: 5)
        for round in 0..<400 {
          let total = try await list.bookings(of: ana.id, filter, now: origin.clock.now).total
          #expect(total == 31, "round \(round)")
          if total != 31 { break }
        }
        group.cancelAll()
        while let result = await group.nextResult() {
          if case .failure(let error) = result, (error as? PostgresError)?.isCancellation != true {
            throw error
          }
        }
      }
    }
  }
}

extension PostgresError {
  fileprivate var isCancellation: Bool { if case .cancelled = kind { true } else { false } }
}
