import Foundation
import Postgres

/// Which conditions a list's statement has. What is not in the text need not be looked up in the bookings themselves:
/// the first two are answered by an index alone.
enum BookingListShape: Sendable, Hashable, CaseIterable {
  /// Statuses and times.
  case statuses
  /// Of series only, whatever their status, and times.
  case series
  /// All there is to ask.
  case everything

  init(_ filter: BookingFilter) {
    let asksForSeries = filter.statuses?.contains("recurring") == true
    if !filter.isOfStatusesAndTimes {
      self = .everything
    } else if asksForSeries {
      self = filter.statuses?.allSatisfy { $0 == "recurring" } == true ? .series : .everything
    } else {
      self = .statuses
    }
  }

  /// Conditions on `bookings b`, whose parameters are numbered from `first`.
  func conditions(from first: Int) -> String {
    let times = "AND b.starts_at >= $\(first) AND b.starts_at < $\(first + 1) AND b.ends_at <= $\(first + 2)"
    switch self {
    case .series: return "\(times) AND b.series_uid IS NOT NULL"
    case .statuses: return "\(times) AND (\(Self.status(first + 3)))"
    case .everything:
      let series = "'recurring' = ANY ($\(first + 3)) AND b.series_uid IS NOT NULL"
      return "\(times) AND (\(Self.status(first + 3)) OR \(series)) \(Self.details(first + 5))"
    }
  }

  private static func status(_ first: Int) -> String {
    let (asked, now) = ("ANY ($\(first))", "$\(first + 1)")
    return """
      $\(first)::text[] IS NULL
      OR 'upcoming' = \(asked) AND b.ends_at > \(now) AND b.status IN ('accepted', 'pending')
      OR 'past' = \(asked) AND b.ends_at <= \(now) AND b.status IN ('accepted', 'pending')
      OR 'cancelled' = \(asked) AND b.status IN ('cancelled', 'rejected')
      OR 'unconfirmed' = \(asked) AND b.status = 'pending'
      """
  }

  private static func details(_ first: Int) -> String {
    """
    AND ($\(first)::text IS NULL OR EXISTS (
      SELECT FROM booking_attendees a WHERE a.business_id = b.business_id AND a.booking_id = b.id
        AND lower(a.email) = lower($\(first))))
    AND ($\(first + 1)::text IS NULL OR EXISTS (
      SELECT FROM booking_attendees a WHERE a.business_id = b.business_id AND a.booking_id = b.id
        AND a.name = $\(first + 1)))
    AND ($\(first + 2)::text IS NULL OR b.uid = $\(first + 2))
    AND ($\(first + 3)::bigint[] IS NULL OR b.event_type_id = ANY ($\(first + 3)))
    AND ($\(first + 4)::timestamptz IS NULL OR b.created_at >= $\(first + 4))
    AND ($\(first + 5)::timestamptz IS NULL OR b.created_at <= $\(first + 5))
    AND ($\(first + 6)::timestamptz IS NULL OR b.updated_at >= $\(first + 6))
    AND ($\(first + 7)::timestamptz IS NULL OR b.updated_at <= $\(first + 7))
    """
  }

  /// What the conditions want, in their order.
  func parameters(_ filter: BookingFilter, now: Date) -> [any PostgresEncodable] {
    let starts = filter.starts(now: now)
    let times: [any PostgresEncodable] = [
      starts.lowerBound, starts.upperBound, filter.beforeEnd ?? Date.distantFuture,
    ]
    switch self {
    case .series: return times
    case .statuses: return times + [filter.statuses, now]
    case .everything:
      return times + [filter.statuses, now] + [
        filter.attendeeEmail, filter.attendeeName, filter.bookingUID, filter.eventTypeIDs,
        filter.afterCreated,
        filter.beforeCreated, filter.afterUpdated, filter.beforeUpdated,
      ]
    }
  }
}
