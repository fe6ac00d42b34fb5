import JSON

extension Input {
  static let weekDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// Reads a team, in the shape of /v2/teams, on top of what is there.
  mutating func team(onto current: Team, isNew: Bool) -> Team {
    // The founder is its owner whatever is said.
    ignore("autoAcceptCreator")
    var team = profile(onto: current, isNew: isNew)
    if has("bio") { team.description = optionalText("bio", 0...10_000) ?? "" }
    branding(onto: &team.branding)
    return team
  }

  /// Reads a business, in the shape of /v2/businesses, on top of what is there.
  mutating func business(onto current: Team) -> Team {
    var business = profile(onto: current, isNew: false)
    if has("description") { business.description = optionalText("description", 0...10_000) ?? "" }
    var branding = business.branding
    if object("branding", { $0.branding(onto: &branding) }) != nil { business.branding = branding }
    return business
  }

  private mutating func profile(onto current: Team, isNew: Bool) -> Team {
    var team = current
    if isNew || has("name") { team.name = text("name", 1...200) }
    if isNew || has("slug") { team.slug = teamSlug(isPersonal: current.isPersonal) }
    if has("logoUrl") { team.logoURL = url("logoUrl") }
    if let zone = optionalTimeZone("timeZone") { team.timeZone = zone }
    if let day = choice("weekStart", of: Self.weekDays) { team.weekStart = day }
    if let metadata = metadata("metadata") { team.metadata = metadata }
    if let limits = bookingLimits("bookingLimitsCount", .bookings) { team.limitsCount = limits }
    if let limits = bookingLimits("bookingLimitsDuration", .minutes) { team.limitsMinutes = limits }
    return team
  }

  private mutating func teamSlug(isPersonal: Bool) -> String? {
    guard !isPersonal else {
      if value("slug") != nil {
        mistake("slug", "belongs to teams; your own business goes by your user name")
      }
      return nil
    }
    let slug = text("slug", 1...63)
    if !slug.isEmpty, !Username.isValid(slug) {
      mistake("slug", "must be lower-case letters, digits and inner hyphens")
    }
    return slug
  }
}
