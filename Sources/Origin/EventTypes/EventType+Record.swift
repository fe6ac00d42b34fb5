import JSON
import Scheduling

/// An event type as the database keeps it: one JSON object with a member for each column that a caller decides.
extension EventType {
  var record: JSONValue {
    .object([
      "title": .string(title), "slug": .string(slug), "description": .string(description),
      "length_minutes": .int(length), "length_options": .array(lengthOptions.map(JSONValue.int)),
      "slot_interval": JSONValue(slotInterval), "offset_start": .int(offsetStart),
      "notice_minutes": .int(minimumNotice), "before_buffer": .int(beforeBuffer),
      "after_buffer": .int(afterBuffer), "only_first_slot": .bool(onlyFirstSlot),
      "booking_window": bookingWindow?.json ?? .null, "schedule_id": JSONValue(scheduleID),
      "scheduling_type": schedulingType.map { .string($0.rawValue) } ?? .null,
      "all_members": .bool(assignsAllMembers), "keeps_host": .bool(keepsHost),
      "seats": JSONValue(seats?.perSlot), "seats_show_attendees": .bool(seats?.showsAttendees ?? false),
      "seats_show_count": .bool(seats?.showsCount ?? true), "recurrence": recurrence?.json ?? .null,
      "confirmation": confirmation?.json ?? .null, "limits_count": countLimits.stored,
      "limits_minutes": minuteLimits.stored, "booker_limit": JSONValue(bookerLimit?.maximum),
      "booker_limit_offers_reschedule": .bool(bookerLimit?.offersReschedule ?? false),
      "requires_authentication": .bool(requiresAuthentication),
      "requires_email_code": .bool(requiresEmailCode), "locations": .array(locations),
      "booking_fields": .array(bookingFields.map(\.json)), "hidden": .bool(hidden),
      "disable_guests": .bool(disableGuests), "disable_cancelling": .bool(disableCancelling),
      "disable_rescheduling": .bool(disableRescheduling), "settings": .object(settings),
      "metadata": .object(metadata),
    ])
  }

  /// Reads a row of event_types as JSON: what `record` wrote, and what the database adds to it.
  init(record: JSONValue) {
    businessID = record["business_id"]?.int ?? 0
    id = record["id"]?.int ?? 0
    readWhat(record)
    readWhen(record)
    readRules(record)
  }

  private mutating func readWhat(_ record: JSONValue) {
    title = record["title"]?.string ?? ""
    slug = record["slug"]?.string ?? ""
    description = record["description"]?.string ?? ""
    length = record["length_minutes"]?.int ?? 0
    lengthOptions = record["length_options"]?.array?.compactMap(\.int) ?? []
    locations = record["locations"]?.array ?? []
    bookingFields = record["booking_fields"]?.array?.compactMap(BookingField.init) ?? []
    hidden = record.flag("hidden")
    settings = record["settings"]?.object ?? [:]
    metadata = record["metadata"]?.object ?? [:]
    price = record["price"]?.int ?? 0
    currency = record["currency"]?.string ?? "usd"
    schedulingType = record["scheduling_type"]?.string.flatMap(SchedulingType.init)
    assignsAllMembers = record.flag("all_members")
    keepsHost = record.flag("keeps_host")
    parentID = record["parent_id"]?.int
  }

  private mutating func readWhen(_ record: JSONValue) {
    slotInterval = record["slot_interval"]?.int
    offsetStart = record["offset_start"]?.int ?? 0
    minimumNotice = record["notice_minutes"]?.int ?? 0
    beforeBuffer = record["before_buffer"]?.int ?? 0
    afterBuffer = record["after_buffer"]?.int ?? 0
    onlyFirstSlot = record.flag("only_first_slot")
    bookingWindow = record["booking_window"].flatMap(EventTypeWindow.init)
    scheduleID = record["schedule_id"]?.int
  }

  private mutating func readRules(_ record: JSONValue) {
    seats = record["seats"]?.int.map {
      Seats(
        perSlot: $0, showsAttendees: record.flag("seats_show_attendees"),
        showsCount: record.flag("seats_show_count"))
    }
    recurrence = EventTypeRecurrence(record["recurrence"])
    confirmation = ConfirmationPolicy(record["confirmation"])
    countLimits = BookingLimits(stored: record["limits_count"])
    minuteLimits = BookingLimits(stored: record["limits_minutes"])
    bookerLimit = record["booker_limit"]?.int.map {
      BookerLimit(maximum: $0, offersReschedule: record.flag("booker_limit_offers_reschedule"))
    }
    requiresAuthentication = record.flag("requires_authentication")
    requiresEmailCode = record.flag("requires_email_code")
    disableGuests = record.flag("disable_guests")
    disableCancelling = record.flag("disable_cancelling")
    disableRescheduling = record.flag("disable_rescheduling")
  }
}

extension JSONValue {
  /// Null for nil.
  init(_ number: Int?) { self = number.map(JSONValue.int) ?? .null }

  fileprivate func flag(_ key: String) -> Bool { self[key]?.bool ?? false }
}
