import JSON

/// An event type in the API's words.
extension EventType {
  /// - Parameter isPublic: leaves out what only people of its business may see.
  func write(to json: inout JSONWriter, isPublic: Bool = false) {
    json.object { json in
      json.member("id", id)
      if let owner { json.member("ownerId", owner.id) }
      writeWhat(to: &json, isPublic: isPublic)
      writeWhen(to: &json)
      writeRules(to: &json)
      json.member("price", price)
      json.member("currency", currency)
      json.member("isInstantEvent", false)
      json.member("forwardParamsSuccessRedirect", true)
      json.member("metadata", .object(metadata))
      EventTypeSettings.write(settings, to: &json)
      writePeople(to: &json, isPublic: isPublic)
    }
  }

  private func writeWhat(to json: inout JSONWriter, isPublic: Bool) {
    json.member("lengthInMinutes", length)
    if !lengthOptions.isEmpty { json.array("lengthInMinutesOptions", lengthOptions) { $0.int($1) } }
    json.member("title", title)
    json.member("slug", slug)
    json.member("description", description)
    json.array("locations", locations) { $0.value(isPublic ? $1.withoutSecrets : $1) }
    let fields = BookingField.all(with: bookingFields)
    json.array("bookingFields", isPublic ? fields.filter { !$0.hidden } : fields) { $1.write(to: &$0) }
    json.member("hidden", hidden)
  }

  private func writeWhen(to json: inout JSONWriter) {
    json.member("slotInterval", slotInterval)
    json.member("minimumBookingNotice", minimumNotice)
    json.member("beforeEventBuffer", beforeBuffer)
    json.member("afterEventBuffer", afterBuffer)
    json.member("offsetStart", offsetStart)
    json.member("onlyShowFirstAvailableSlot", onlyFirstSlot)
    json.member("bookingWindow", bookingWindow?.json ?? Self.disabled)
    json.member("scheduleId", scheduleID)
  }

  private func writeRules(to json: inout JSONWriter) {
    json.member("recurrence", recurrence?.json ?? .null)
    json.member("seats", seats?.json ?? Self.disabled)
    json.member("seatsPerTimeSlot", seats?.perSlot)
    json.key("seatsShowAvailabilityCount")
    if let seats { json.bool(seats.showsCount) } else { json.null() }
    json.member("confirmationPolicy", confirmation?.json ?? Self.disabled)
    json.member("bookingLimitsCount", countLimits.json)
    json.member("bookingLimitsDuration", minuteLimits.json)
    json.member("bookerActiveBookingsLimit", bookerLimit?.json ?? Self.disabled)
    json.member("bookingRequiresAuthentication", requiresAuthentication)
    json.member("requiresBookerEmailVerification", requiresEmailCode)
    json.member("disableGuests", disableGuests)
    json.member("disableCancelling", .object(["disabled": .bool(disableCancelling)]))
    json.object("disableRescheduling") { json in
      json.member("disabled", disableRescheduling)
      if rescheduleNotice > 0 { json.member("minutesBefore", rescheduleNotice) }
    }
    json.array("resources", resources) { json, resource in
      json.object { json in
        json.member("id", resource.id)
        json.member("quantity", resource.quantity)
      }
    }
  }

  private func writePeople(to json: inout JSONWriter, isPublic: Bool) {
    if let team {
      json.member("teamId", team.id)
      json.object("team") { json in
        json.member("id", team.id)
        json.member("name", team.name)
        json.member("slug", team.slug)
        json.member("logoUrl", team.logoURL)
      }
      json.member("schedulingType", schedulingType?.rawValue)
      json.member("assignAllTeamMembers", assignsAllMembers)
      json.member("rescheduleWithSameRoundRobinHost", keepsHost)
      json.member("emailSettings", EmailSettings(settings[EmailSettings.key]).json)
      json.array("hosts", hosts) { $1.write(to: &$0, isPublic: isPublic) }
    }
    if team != nil || parentID != nil { json.member("parentEventTypeId", parentID) }
    json.key("users")
    json.array(owner.map { [$0] } ?? hosts.map(\.asOwner)) { $1.write(to: &$0) }
  }

  private static let disabled = JSONValue.object(["disabled": .bool(true)])
}

extension EventType.Owner {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("name", name)
      json.member("username", username)
      json.member("avatarUrl", avatarURL)
      json.member("weekStart", weekStart)
      json.member("timeZone", timeZone)
      json.member("brandColor", JSONValue.null)
      json.member("darkBrandColor", JSONValue.null)
      json.member("metadata", .object([:]))
    }
  }
}

extension EventTypeHost {
  fileprivate var asOwner: EventType.Owner {
    EventType.Owner(
      id: userID, name: name, email: email, username: username, timeZone: timeZone, avatarURL: avatarURL)
  }
}

extension EventType.Seats {
  fileprivate var json: JSONValue {
    .object([
      "seatsPerTimeSlot": .int(perSlot), "showAttendeeInfo": .bool(showsAttendees),
      "showAvailabilityCount": .bool(showsCount),
    ])
  }
}

extension EventType.BookerLimit {
  fileprivate var json: JSONValue {
    .object(["maximumActiveBookings": .int(maximum), "offerReschedule": .bool(offersReschedule)])
  }
}

extension JSONValue {
  /// A place as strangers see it: where it is not `public`, only its kind.
  fileprivate var withoutSecrets: JSONValue {
    guard case .object(let place) = self, place["public"]?.bool == false else { return self }
    let secrets = ["address", "link", "phone"]
    return .object(JSONObject(place.members.filter { !secrets.contains($0.key) }))
  }
}
