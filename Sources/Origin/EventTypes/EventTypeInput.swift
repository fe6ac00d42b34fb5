import JSON

extension Input {
  /// Reads an event type on top of what is there: nothing for a new one, the stored one for a change.
  mutating func eventType(onto current: EventType, isNew: Bool, isOfTeam: Bool = false) -> EventType {
    var type = current
    if isNew || has("lengthInMinutes") { type.length = int("lengthInMinutes", 1...10_080) }
    if isNew || has("title") { type.title = text("title", 1...200) }
    if isNew || has("slug") { type.slug = slug() }
    if let description = optionalText("description", 0...10_000) { type.description = description }
    lengths(of: &type)
    times(of: &type)
    if has("bookingWindow") { type.bookingWindow = bookingWindow("bookingWindow") }
    if has("scheduleId") { type.scheduleID = optionalInt("scheduleId", 1...Int.max) }
    if let locations = locations("locations", isOfTeam: isOfTeam) { type.locations = locations }
    if let fields = bookingFields("bookingFields") { type.bookingFields = fields }
    if let flag = optionalBool("hidden") { type.hidden = flag }
    if let flag = optionalBool("disableGuests") { type.disableGuests = flag }
    if let flag = flagOrDisabled("disableCancelling") { type.disableCancelling = flag }
    rescheduling(of: &type)
    if let flag = optionalBool("onlyShowFirstAvailableSlot") { type.onlyFirstSlot = flag }
    if let metadata = metadataObject("metadata") { type.metadata = metadata }
    rules(of: &type)
    settings(into: &type.settings)
    if let resources = neededResources("resources") { type.resources = resources }
    return type
  }

  /// What a team's event type has beyond a personal one. `hosts` and `assignAllTeamMembers` exclude each other.
  mutating func teamEventType(onto current: EventType, isNew: Bool) -> EventType {
    var type = eventType(onto: current, isNew: isNew, isOfTeam: true)
    if let kind = choice("schedulingType", of: ["collective", "roundRobin", "managed"]) {
      type.schedulingType = EventType.SchedulingType(rawValue: kind)
    } else if isNew {
      mistake("schedulingType", "is required: collective, roundRobin or managed")
    }
    // Its hosts have event types of their own by then, which other people may have booked.
    if !isNew, (type.schedulingType == .managed) != (current.schedulingType == .managed) {
      mistake("schedulingType", "cannot become managed, nor cease to be")
    }
    if type.schedulingType == .managed {
      if !type.resources.isEmpty {
        mistake("resources", "cannot be needed by what lies in people's own businesses")
      }
      if type.scheduleID != nil {
        mistake("scheduleId", "is each host's own; hosts.scheduleId names another")
      }
    }
    let hosts = hosts("hosts")
    let all = optionalBool("assignAllTeamMembers")
    if hosts != nil, all == true { mistake("hosts", "must not be there beside assignAllTeamMembers") }
    if let hosts { (type.hosts, type.assignsAllMembers) = (hosts, false) }
    if let all { type.assignsAllMembers = all }
    if let keeps = optionalBool("rescheduleWithSameRoundRobinHost") { type.keepsHost = keeps }
    if let settings = emailSettings(onto: EmailSettings(current.settings[EmailSettings.key])) {
      type.settings[EmailSettings.key] = settings.json
    }
    return type
  }

  /// Of one that a team manages, the host decides when he works; the rest is the team's.
  mutating func managedEventType(onto current: EventType) -> EventType {
    var type = current
    if has("scheduleId") { type.scheduleID = optionalInt("scheduleId", 1...Int.max) }
    refuseRest("is decided by the team that manages this event type")
    return type
  }

  private mutating func rules(of type: inout EventType) {
    if has("recurrence") { type.recurrence = recurrence("recurrence") }
    if has("seats") { type.seats = seats("seats") }
    if has("confirmationPolicy") { type.confirmation = confirmationPolicy("confirmationPolicy") }
    if has("bookingLimitsCount") {
      type.countLimits = bookingLimits("bookingLimitsCount", .bookings) ?? BookingLimits()
    }
    if has("bookingLimitsDuration") {
      type.minuteLimits = bookingLimits("bookingLimitsDuration", .minutes) ?? BookingLimits()
    }
    if has("bookerActiveBookingsLimit") { type.bookerLimit = bookerLimit("bookerActiveBookingsLimit") }
    if let flag = optionalBool("bookingRequiresAuthentication") { type.requiresAuthentication = flag }
    if let flag = optionalBool("requiresBookerEmailVerification") { type.requiresEmailCode = flag }
    if type.bookerLimit != nil, type.recurrence != nil {
      mistake("bookerActiveBookingsLimit", "cannot stand beside recurrence")
    }
    if type.seats != nil, type.confirmation != nil {
      mistake("seats", "cannot stand beside confirmationPolicy: a seat is taken at once")
    }
  }

  /// `[{id, quantity}]`
  private mutating func neededResources(_ key: String) -> [EventType.NeededResource]? {
    let needed = objects(key, max: 20) { input in
      EventType.NeededResource(
        id: input.int("id", 1...Int.max), quantity: input.optionalInt("quantity", 1...1000) ?? 1)
    }
    if let needed, Set(needed.map(\.id)).count < needed.count {
      mistake(key, "must not name a resource twice")
    }
    return needed
  }

  private mutating func slug() -> String {
    let slug = text("slug", 1...100)
    let isPlain = slug.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    if !isPlain || slug.hasPrefix(".") {
      mistake("slug", "must be letters, digits, hyphens, dots or underscores")
    }
    return slug
  }

  private mutating func lengths(of type: inout EventType) {
    if has("lengthInMinutesOptions") {
      let listed = array("lengthInMinutesOptions", max: 50)
      let elements = listed ?? []
      type.lengthOptions = elements.compactMap(\.int)
      if type.lengthOptions.count < elements.count || !type.lengthOptions.allSatisfy({ 1...10_080 ~= $0 }) {
        mistake("lengthInMinutesOptions", "must be whole numbers of at least 1")
      } else if Set(type.lengthOptions).count < elements.count {
        mistake("lengthInMinutesOptions", "must not name a length twice")
      } else if listed?.isEmpty == true {
        mistake("lengthInMinutesOptions", "must include lengthInMinutes; null offers that length alone")
      }
    }
    if !type.lengthOptions.isEmpty, !type.lengthOptions.contains(type.length) {
      mistake("lengthInMinutesOptions", "must include lengthInMinutes")
    }
  }

  private mutating func times(of type: inout EventType) {
    if has("slotInterval") { type.slotInterval = optionalInt("slotInterval", 1...1440) }
    if let minutes = optionalInt("minimumBookingNotice", 0...1_051_200) { type.minimumNotice = minutes }
    if let minutes = optionalInt("beforeEventBuffer", 0...1440) { type.beforeBuffer = minutes }
    if let minutes = optionalInt("afterEventBuffer", 0...1440) { type.afterBuffer = minutes }
    if let minutes = optionalInt("offsetStart", 0...1440) { type.offsetStart = minutes }
  }

  /// The format has both `true` and `{"disabled":true}` for these.
  /// Off altogether, or from so many minutes before the start on.
  private mutating func rescheduling(of type: inout EventType) {
    let key = "disableRescheduling"
    guard case .object? = value(key) else {
      if let flag = optionalBool(key) { (type.disableRescheduling, type.rescheduleNotice) = (flag, 0) }
      return
    }
    let read = object(key) { input in
      (
        isOff: input.optionalBool("disabled") ?? false,
        notice: input.optionalInt("minutesBefore", 0...527_040) ?? 0
      )
    }
    if let read { (type.disableRescheduling, type.rescheduleNotice) = (read.isOff, read.notice) }
  }

  private mutating func flagOrDisabled(_ key: String) -> Bool? {
    if case .object? = value(key) { return object(key) { $0.optionalBool("disabled") ?? false } }
    return optionalBool(key)
  }

  // MARK: Locations

  private static var locationMembers: [String: (required: [String], optional: [String])] {
    [
      "address": (["address"], ["public"]), "link": (["link"], ["public"]), "phone": (["phone"], ["public"]),
      "integration": (["integration"], []), "attendeeAddress": ([], []), "attendeePhone": ([], []),
      "attendeeDefined": ([], []), "organizersDefaultApp": ([], []),
    ]
  }

  /// Each host's own app is a place for teams only: a person names his.
  private mutating func locations(_ key: String, isOfTeam: Bool) -> [JSONValue]? {
    let types = Self.locationMembers.keys.filter { isOfTeam || $0 != "organizersDefaultApp" }.sorted()
    let read = objects(key, max: 20) { $0.location(of: types) }
    if let read, read.isEmpty { mistake(key, "must name at least one location") }
    return read
  }

  private mutating func location(of types: [String]) -> JSONValue {
    guard let type = choice("type", of: types), let members = Self.locationMembers[type] else {
      mistake("type", "is required")
      ignore("address", "link", "phone", "integration", "public")
      return .null
    }
    var location: JSONObject = ["type": .string(type)]
    for member in members.required { location[member] = .string(text(member, 1...1000)) }
    // People are shown it as a link.
    if type == "link" { _ = url("link") }
    for member in members.optional {
      if let flag = optionalBool(member) { location[member] = .bool(flag) }
    }
    return .object(location)
  }
}
