import JSON
import Problem
import Scheduling

/// What somebody wants to book, checked against the event type as far as that goes without looking at the time.
struct BookingDraft: Sendable {
  let bookable: BookableEventType
  let length: Int
  /// One, or all of a series.
  let starts: [Instant]
  let isSeries: Bool
  let attendee: Booking.Attendee
  let guests: [String]
  let responses: JSONObject
  let metadata: [UInt8]
  let location: String?
  let reservationUID: String?
  let overrides: BookingOverrides

  var type: EventType { bookable.type }
  var zone: ZoneRules { ZoneRules.named(attendee.timeZone) ?? .utc }

  init(_ request: BookingRequest, of bookable: BookableEventType, overrides: BookingOverrides) throws(Problem)
  {
    let type = bookable.type
    if type.schedulingType == .managed { throw BookingProblems.managed }
    if bookable.hosts.isEmpty { throw BookingProblems.noHosts }
    if request.isInstant { throw BookingProblems.notInstant(type) }
    if let ids = request.hostIDs, bookable.isRoundRobin, !bookable.shares(ids) {
      throw .badInput(["routing.teamMemberIds": "name none of the hosts who share this event type"])
    }
    self.bookable = bookable
    self.overrides = overrides
    length = try Self.length(asked: request.lengthInMinutes, of: bookable)
    responses = try BookingResponses.checked(request, for: type)
    location = try BookingLocation.text(for: request, at: type)
    attendee = request.attendee
    guests = request.guests
    metadata = request.metadata
    reservationUID = request.reservationUID
    isSeries = type.recurrence != nil
    starts = try Self.starts(request, of: type)
    if let last = starts.last { try Self.checkEnd(last + length * 60) }
  }

  /// No text of an answer has a year of five digits.
  /// - Parameter field: what the request calls the start.
  static func checkEnd(_ end: Instant, field: String = "start") throws(Problem) {
    if ZoneRules.utc.date(at: end).year > 9999 { throw .badInput([field: "must end within the year 9999"]) }
  }

  /// - Parameter field: what the request calls it.
  static func length(asked: Int?, of bookable: BookableEventType, field: String = "lengthInMinutes")
    throws(Problem) -> Int
  {
    let offered = bookable.type.lengthOptions.isEmpty ? [bookable.type.length] : bookable.type.lengthOptions
    guard asked == nil || !bookable.type.lengthOptions.isEmpty, let length = bookable.length(asked: asked)
    else {
      throw BookingProblems.lengthNotOffered(offered, field: field)
    }
    return length
  }

  private static func starts(_ request: BookingRequest, of type: EventType) throws(Problem) -> [Instant] {
    guard let recurrence = type.recurrence else {
      if request.recurrenceCount != nil {
        throw .badInput(["recurrenceCount": "is only for event types that repeat"])
      }
      return [request.start]
    }
    let count = request.recurrenceCount ?? recurrence.occurrences
    guard count <= recurrence.occurrences else {
      throw BookingProblems.tooManyOccurrences(recurrence.occurrences)
    }
    let starts = Recurrence(
      frequency: recurrence.frequency.schedulingFrequency, interval: recurrence.interval,
      occurrences: recurrence.occurrences
    ).starts(from: request.start, count: count, zone: ZoneRules.named(request.attendee.timeZone) ?? .utc)
    if starts.count < count { throw .badInput(["start": "must let all of them end within the year 9999"]) }
    return starts
  }

  /// Whether one statement can do it: one host, one time, nothing to count and nobody to ask.
  var isPlain: Bool {
    starts.count == 1 && !isSeries && bookable.hosts.count == 1 && type.seats == nil
      && type.confirmation == nil
      && bookable.resources.isEmpty && bookable.limits.isEmpty && bookable.teamLimits.isEmpty
      && attendee.userID == nil && type.bookerLimit == nil && reservationUID == nil && overrides == .none
  }

  func end(_ start: Instant) -> Instant { start + length * 60 }

  func status(_ start: Instant, now: Instant) -> Booking.Status {
    type.confirmation?.asks(for: start, now: now) == true ? .pending : .accepted
  }

  /// A booking of this draft with the hosts that were chosen for it.
  func booking(
    at start: Instant, hosts: [Booking.Host], units: [Int] = [], id: Int = 0, seriesUID: String? = nil,
    now: Instant, publicHost: String
  ) -> NewBooking {
    let uid = BookingUID.make(businessID: type.businessID)
    let status = status(start, now: now)
    var attendee = attendee
    if type.seats != nil { attendee = seat() }
    return NewBooking(
      businessID: type.businessID, id: id, uid: uid, title: title(hosts), description: description,
      status: status, start: start, end: end(start), occupied: type.occupied(start..<end(start)),
      unitIDs: units,
      takesTime: type.takesTime(status), eventTypeID: type.id,
      eventTypeSlug: type.slug, teamSlug: type.team?.slug, hosts: hosts, attendee: attendee, guests: guests,
      location: location,
      metadata: metadata, responses: JSONValue.object(responses).bytes, seriesUID: seriesUID,
      seats: type.seats?.perSlot, icsUID: "\(uid)@\(publicHost)",
      mails: BookingMail.all(
        status == .pending ? .requested : .scheduled, hosts: hosts.map(\.id), guests: guests.count,
        seatUID: attendee.seatUID))
  }

  /// The attendee as he takes a seat: with a name for it, and his own answers.
  func seat() -> Booking.Attendee {
    var attendee = attendee
    var responses = responses
    responses["email"] = nil
    attendee.seatUID = BookingUID.make(businessID: type.businessID)
    attendee.responses = .object(responses)
    attendee.metadata = try? JSONValue(parsing: metadata)
    return attendee
  }

  private var description: String { responses["notes"]?.string ?? "" }

  private func title(_ hosts: [Booking.Host]) -> String {
    if let title = responses["title"]?.string, !title.isEmpty,
      type.bookingFields.contains(where: { $0.slug == "title" })
    {
      return title
    }
    let organiser = type.schedulingType == .collective ? type.team?.name : hosts.first?.name
    return BookingTitle.text(for: type, organiser: organiser ?? "", attendee: attendee.name)
  }
}

extension EventTypeRecurrence.Frequency {
  var schedulingFrequency: Recurrence.Frequency {
    switch self {
    case .weekly: .weekly
    case .monthly: .monthly
    case .yearly: .yearly
    }
  }
}
