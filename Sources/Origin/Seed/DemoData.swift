import Foundation
import JSON
import Postgres
import Scheduling
import Secrets

/// The data of a first look: John, who can be booked, a year of his bookings, and the studio that he works in.
package enum DemoData {
  private static let password = "demo-password"

  /// False when it is there already.
  package static func load(_ configuration: OriginConfiguration) async throws -> Bool {
    let postgres = PostgresClient(configuration: PostgresConfiguration(url: configuration.databaseURL))
    return try await whileRunning(postgres.run) {
      try await load(postgres, publicHost: configuration.publicHost, now: Date())
    }
  }

  static func load(_ postgres: PostgresClient, publicHost: String, now: Date) async throws -> Bool {
    // Whoever signed up by this address but never got this far is completed now.
    let accounts = AccountStore(postgres)
    guard let user = try await person("john", "John Demo", accounts, now: now) else { return false }
    var types = try await EventTypeStore(postgres).eventTypes(ownedBy: user.id)
    guard types.isEmpty else { return false }
    for type in eventTypes {
      types.append(
        try await EventTypeStore(postgres).create(type, at: .personal(userID: user.id), now: now))
    }
    // Seats are counted one by one, so the history is of what is booked whole.
    try await DemoHistory(user: user, types: types.filter { $0.seats == nil }, publicHost: publicHost).load(
      BookingStore(postgres), now: now)
    var others: [User] = []
    for (username, name) in [("mia", "Mia Demo"), ("omar", "Omar Demo")] {
      if let other = try await person(username, name, accounts, now: now) { others.append(other) }
    }
    try await DemoStudio(
      teams: TeamStore(postgres), memberships: MembershipStore(postgres), resources: ResourceStore(postgres),
      eventTypes: EventTypeStore(postgres)
    ).load(owner: user, others: others, now: now)
    return true
  }

  private static func person(_ username: String, _ name: String, _ accounts: AccountStore, now: Date)
    async throws
    -> User?
  {
    let email = "\(username)@demo.test"
    if let known = try await accounts.credentials(email: email) { return known.user }
    return try await accounts.signUp(
      NewUser(
        email: email, passwordHash: try await PasswordHasher().hash(password), name: name, username: username,
        timeZone: "Europe/Berlin"), now: now)
  }

  private static var eventTypes: [EventType] {
    [
      type(
        "30min", "30 minute meeting", 30, "A short call: one question, or a first hello.",
        notice: 60),
      type(
        "60min", "60 minute meeting", 60, "An hour, for what needs more than a quick answer.", notice: 120),
      type(
        "consultation", "Consultation", 90, "We look at your project together and leave with a plan.",
        notice: 24 * 60, buffer: 15),
      groupClass,
    ]
  }

  private static var groupClass: EventType {
    var type = type("group-class", "Group class", 60, "Up to eight people at once.", notice: 60)
    type.seats = EventType.Seats(perSlot: 8, showsAttendees: false, showsCount: true)
    return type
  }

  private static func type(
    _ slug: String, _ title: String, _ length: Int, _ description: String, notice: Int, buffer: Int = 0
  ) -> EventType {
    var type = EventType()
    type.slug = slug
    type.title = title
    type.length = length
    type.description = description
    type.minimumNotice = notice
    type.afterBuffer = buffer
    type.locations = [.object(["type": .string("link"), "link": .string("https://meet.demo.test/john")])]
    type.bookingWindow = .calendarDays(60, rolling: false)
    return type
  }
}
