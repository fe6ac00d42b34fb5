import JSON

/// A mail that a booking owes somebody: the job that the outbox carries.
struct BookingMail: Sendable, Hashable {
  enum Event: String, Sendable {
    case scheduled, rescheduled, cancelled
    /// Somebody asked for a time, and the host has to say yes or no.
    case requested
    case declined
    /// Another host takes it.
    case reassigned
    /// The host asks the attendee for another time.
    case rescheduleRequested
  }

  enum Recipient: Sendable, Hashable {
    /// By position.
    case attendee(Int)
    /// By user id.
    case host(Int)
    /// One of the booking's guests, by position.
    case guest(Int)
    /// Who was in the booking and is not any more.
    case departed(Person)
  }

  struct Person: Sendable, Hashable {
    var name: String
    var email: String
    var timeZone: String
    var isHost: Bool
  }

  static let kind = "booking.mail"

  var event: Event
  var recipient: Recipient
  /// The seat that it is about, where a booking has seats.
  var seatUID: String?
  /// The count of the calendar entry, of what can happen to one booking again and again.
  var revision: Int?

  /// One to everybody who takes part.
  static func all(
    _ event: Event, hosts: [Int], attendees: Int = 1, guests: Int = 0, seatUID: String? = nil
  ) -> [BookingMail] {
    let recipients =
      (0..<attendees).map(Recipient.attendee) + hosts.map(Recipient.host) + (0..<guests).map(Recipient.guest)
    return recipients.map { BookingMail(event: event, recipient: $0, seatUID: seatUID) }
  }

  /// One to everybody who takes part in what is there: to the host, one for the whole.
  static func all(_ event: Event, of booking: Booking) -> [BookingMail] {
    let hosts = booking.hosts.map(\.id)
    guard booking.seats != nil else {
      return all(event, hosts: hosts, attendees: booking.attendees.count, guests: booking.guests.count)
    }
    return all(event, hosts: hosts, attendees: 0)
      + booking.attendees.map { BookingMail(event: event, recipient: .attendee(0), seatUID: $0.seatUID) }
  }

  /// The same mail once more, about a later state of the booking.
  func of(revision: Int) -> BookingMail {
    var mail = self
    mail.revision = revision
    return mail
  }

  /// The job's payload, and the key that makes a second one of it impossible.
  func job(uid: String) -> (payload: String, key: String) {
    var json = JSONWriter(capacity: 128)
    json.object { json in
      json.member("uid", uid)
      json.member("event", event.rawValue)
      json.member("recipient", recipient.text)
      if let seatUID { json.member("seatUid", seatUID) }
      if let revision { json.member("revision", revision) }
      if case .departed(let person) = recipient {
        json.object("person") { json in
          json.member("name", person.name)
          json.member("email", person.email)
          json.member("timeZone", person.timeZone)
          json.member("isHost", person.isHost)
        }
      }
    }
    return (String(decoding: json.bytes, as: UTF8.self), key(uid: uid))
  }

  /// Also the mail's Message-ID, so that a mail that is sent twice counts once.
  func key(uid: String) -> String {
    // Piece by piece: as one interpolation it costs ten times as much.
    var key = "booking."
    key.reserveCapacity(96)
    key += uid
    key += "."
    key += event.rawValue
    key += "."
    key += recipient.text
    if let seatUID { key += ".\(seatUID)" }
    if let revision { key += ".r\(revision)" }
    return key
  }

  /// Reads what `job(uid:)` wrote.
  static func read(_ payload: [UInt8]) -> (uid: String, mail: BookingMail)? {
    guard let json = try? JSONValue(parsing: payload), let uid = json["uid"]?.string,
      let event = json["event"]?.string.flatMap(Event.init),
      let text = json["recipient"]?.string,
      let recipient = Recipient(text) ?? json["person"].flatMap(Recipient.init(person:))
    else { return nil }
    return (
      uid,
      BookingMail(
        event: event, recipient: recipient, seatUID: json["seatUid"]?.string, revision: json["revision"]?.int)
    )
  }
}

extension BookingMail.Recipient {
  var text: String {
    switch self {
    case .attendee(let position): "attendee-\(position)"
    case .host(let id): "host-\(id)"
    case .guest(let position): "guest-\(position)"
    case .departed(let person): "departed-\(person.email)"
    }
  }

  init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1)
    // Jobs of an earlier version name the first attendee without a number.
    if text == "attendee" {
      self = .attendee(0)
      return
    }
    guard parts.count == 2, let number = Int(parts[1]) else { return nil }
    switch parts[0] {
    case "attendee": self = .attendee(number)
    case "host": self = .host(number)
    case "guest": self = .guest(number)
    default: return nil
    }
  }

  fileprivate init?(person: JSONValue) {
    guard let email = person["email"]?.string else { return nil }
    self = .departed(
      BookingMail.Person(
        name: person["name"]?.string ?? "", email: email, timeZone: person["timeZone"]?.string ?? "UTC",
        isHost: person["isHost"]?.bool ?? false))
  }
}

extension BookingMail.Person {
  init(host: Booking.Host) {
    self.init(name: host.name, email: host.email, timeZone: host.timeZone, isHost: true)
  }
}
