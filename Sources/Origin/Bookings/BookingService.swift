import Foundation
import Jobs
import JSON
import Postgres
import Problem
import Scheduling

/// Books, moves and cancels. Checks with the function that lists the slots, and writes the fact and its side
/// effects in one statement; what a check could not see, the exclusion constraint refuses.
struct BookingService: Sendable {
  let finder: SlotFinder
  let bookings: BookingStore
  let jobs: JobStore
  let feed: AvailabilityFeed
  let clock: OriginClock
  /// The host part of iCalendar UIDs.
  let publicHost: String

  // MARK: Book

  func book(_ request: BookingRequest) async throws -> Booking {
    let bookable = try await finder.eventType(request.eventType)
    let type = bookable.type
    let length = try length(asked: request.lengthInMinutes, of: bookable)
    let responses = try BookingResponses.checked(request, for: type)
    let location = try BookingLocation.text(for: request, at: type)
    try await check(request.start, of: bookable, length: length, timeZone: request.attendee.timeZone)
    let uid = BookingUID.make(businessID: type.businessID)
    let end = request.start + length * 60
    let new = NewBooking(
      businessID: type.businessID, uid: uid,
      title: BookingTitle.text(for: type, attendee: request.attendee.name),
      description: responses["notes"]?.string ?? "", status: .accepted, start: request.start, end: end,
      occupied: occupied(request.start..<end, by: type), eventTypeID: type.id, eventTypeSlug: type.slug,
      host: bookable.host, attendee: request.attendee, guests: request.guests, location: location,
      metadata: request.metadata, responses: JSONValue.object(responses).bytes,
      icsUID: "\(uid)@\(publicHost)",
      mails: BookingMail.all(.scheduled, guests: request.guests.count))
    let now = clock.now
    guard let id = try await bookings.create(new, now: now) else { throw BookingProblems.slotTaken }
    jobs.wake()
    feed.hostChanged(bookable.host.id, from: new.occupied.lowerBound, to: new.occupied.upperBound)
    return Booking(new, id: id, createdAt: now)
  }

  // MARK: Move

  func move(_ uid: String, to start: Instant, reason: String?, byEmail: String?) async throws -> Booking {
    let old = try await active(uid)
    guard let eventTypeID = old.eventTypeID, let host = old.hosts.first else {
      throw Problem.badRequest("not_available", "The event type of this booking does not exist any more.")
    }
    let bookable = try await finder.eventType(.id(eventTypeID))
    if bookable.type.disableRescheduling {
      throw Problem.badRequest("rescheduling_disabled", "Bookings of this event type cannot be moved.")
    }
    let zone = old.attendees.first?.timeZone ?? "UTC"
    try await check(start, of: bookable, length: old.minutes, timeZone: zone, ignoring: uid)
    let end = start + old.minutes * 60
    let new = BookingStore.Move(
      uid: BookingUID.make(businessID: old.businessID), status: .accepted, start: start, end: end,
      occupied: occupied(start..<end, by: bookable.type), reason: reason, byEmail: byEmail,
      mails: BookingMail.all(.rescheduled, guests: old.guests.count))
    guard
      try await refusingTakenTime({ try await bookings.move(old, hostID: host.id, to: new, now: clock.now) })
    else { throw try await whyNotActive(uid) }
    jobs.wake()
    let before = occupied(old.start..<old.end, by: bookable.type)
    feed.hostChanged(host.id, from: before.lowerBound, to: before.upperBound)
    feed.hostChanged(host.id, from: new.occupied.lowerBound, to: new.occupied.upperBound)
    return try await booking(new.uid)
  }

  // MARK: Cancel

  func cancel(_ uid: String, reason: String?, by caller: Caller?) async throws -> Booking {
    let old = try await active(uid)
    let host = caller.flatMap { caller in old.hosts.first { $0.id == caller.userID } }
    if host != nil, reason?.isEmpty ?? true {
      throw Problem.badInput(["cancellationReason": "is required when a host cancels"])
    }
    if let id = old.eventTypeID,
      try await finder.store.eventType(.id(id))?.type.disableCancelling == true
    {
      throw Problem.badRequest("cancelling_disabled", "Bookings of this event type cannot be cancelled.")
    }
    let byEmail = host?.email ?? old.attendees.first?.email
    let cancelled = try await bookings.cancel(
      old, reason: reason, byEmail: byEmail, mails: BookingMail.all(.cancelled, guests: old.guests.count),
      now: clock.now)
    guard let cancelled else { throw try await whyNotActive(uid) }
    jobs.wake()
    // The buffers around it are free again too; an event type's are a day at most.
    for host in cancelled.hosts {
      feed.hostChanged(host.id, from: cancelled.start - 86_400, to: cancelled.end + 86_400)
    }
    return cancelled
  }

  // MARK: Steps

  func booking(_ uid: String) async throws -> Booking {
    guard let booking = try await bookings.booking(uid: uid) else { throw Problem.notFound("booking") }
    return booking
  }

  private func active(_ uid: String) async throws -> Booking {
    let booking = try await booking(uid)
    guard booking.isActive else { throw problem(forInactive: booking) }
    return booking
  }

  /// Somebody else was quicker between our read and our write.
  private func whyNotActive(_ uid: String) async throws -> Problem {
    problem(forInactive: try await booking(uid))
  }

  private func problem(forInactive booking: Booking) -> Problem {
    booking.rescheduledToUID.map(BookingProblems.rescheduled) ?? BookingProblems.notActive
  }

  private func length(asked: Int?, of bookable: BookableEventType) throws(Problem) -> Int {
    let offered = bookable.type.lengthOptions.isEmpty ? [bookable.type.length] : bookable.type.lengthOptions
    if asked != nil, bookable.type.lengthOptions.isEmpty { throw BookingProblems.lengthNotOffered(offered) }
    guard let length = bookable.length(asked: asked) else { throw BookingProblems.lengthNotOffered(offered) }
    return length
  }

  private func check(
    _ start: Instant, of bookable: BookableEventType, length: Int, timeZone: String,
    ignoring uid: String? = nil
  ) async throws {
    let zone = ZoneRules.named(timeZone) ?? .utc
    let verdict = try await finder.check(start, of: bookable, length: length, zone: zone, ignoring: uid)
    if let problem = BookingProblems.problem(for: verdict, now: clock.instant) { throw problem }
  }

  private func occupied(_ time: Range<Instant>, by type: EventType) -> Range<Instant> {
    time.lowerBound - type.beforeBuffer * 60..<time.upperBound + type.afterBuffer * 60
  }

  /// Two moves that cross can be told to try again by the database; the second try finds the outcome.
  private func refusingTakenTime(_ body: () async throws -> Bool) async throws -> Bool {
    for attempt in 1... {
      do {
        return try await body()
      } catch let error as PostgresError
        where error.isExclusionViolation(constraint: "occupancies_no_overlap")
      {
        throw BookingProblems.slotTaken
      } catch let error as PostgresError where error.isSerializationFailure && attempt < 4 {
        continue
      }
    }
    return false
  }
}

extension Booking {
  /// What the database now holds, without asking it again.
  fileprivate init(_ new: NewBooking, id: Int, createdAt: Date) {
    self.init(
      businessID: new.businessID, id: id, uid: new.uid, title: new.title, description: new.description,
      status: new.status, start: new.start, end: new.end, eventTypeID: new.eventTypeID,
      eventTypeSlug: new.eventTypeSlug, hosts: [new.host], attendees: [new.attendee], guests: new.guests,
      location: new.location, metadata: new.metadata, responses: new.responses, icsUID: new.icsUID,
      icsSequence: 0, createdAt: createdAt)
  }
}
