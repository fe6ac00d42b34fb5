import Foundation
import Postgres
import Problem

/// Another transaction came in between; look again.
struct BookingRetry: Error {}

extension PostgresClient {
  /// Runs a transaction again when another one came in between: its locks and constraints tell. What was lost with its
  /// connection is not run again: nobody knows whether it happened.
  /// - Parameter taken: what to say when the time stays somebody else's.
  /// - Parameter gone: what to say when the event type was deleted meanwhile.
  func retrying<R: Sendable>(
    _ body: (PostgresTransaction) async throws -> R, taken: () -> Problem = { BookingProblems.slotTaken },
    gone: () -> Problem = { Problem.notFound("event type") }
  ) async throws -> R {
    for attempt in 1... {
      do {
        return try await transaction { try await body($0) }
      } catch let error where attempt < 6 && error.isWorthRetrying {
        continue
      } catch let error as PostgresError
        where error.isExclusionViolation(constraint: "occupancies_no_overlap")
      {
        throw taken()
      } catch let error as PostgresError where error.isWithoutEventType {
        throw gone()
      } catch is BookingRetry {
        throw Problem.unavailable("busy", "Too many want this at once; try again.", retryAfter: 1)
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }
}

extension BookingStore {
  /// The same for what one statement does. Nil when somebody else has the time.
  func createRetrying(_ new: NewBooking, now: Date) async throws -> Int? {
    for attempt in 1... {
      do {
        return try await create(new, now: now)
      } catch let error as PostgresError where attempt < 6 && error.isSerializationFailure {
        continue
      } catch let error as PostgresError where error.isWithoutEventType {
        throw Problem.notFound("event type")
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }
}

extension PostgresError {
  /// Whether the event type was deleted between the look at it and the write: its foreign key tells.
  fileprivate var isWithoutEventType: Bool {
    isForeignKeyViolation(constraint: "bookings_business_id_event_type_id_fkey")
      || isForeignKeyViolation(constraint: "slot_reservations_business_id_event_type_id_fkey")
  }
}

extension Error {
  /// Whether the transaction was undone by another one, so that a second look may find it past.
  fileprivate var isWorthRetrying: Bool {
    if self is BookingRetry { return true }
    guard let error = self as? PostgresError else { return false }
    return error.isSerializationFailure || error.isExclusionViolation(constraint: "occupancies_no_overlap")
      || error.isUniqueViolation(constraint: "bookings_seated_key")
  }
}
