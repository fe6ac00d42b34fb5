import JSON

/// A mail that a booking owes somebody: the job that the outbox carries.
struct BookingMail: Sendable, Hashable {
  enum Event: String, Sendable { case scheduled, rescheduled, cancelled }

  enum Recipient: Sendable, Hashable {
    case attendee
    case host
    /// One of the booking's guests, by position.
    case guest(Int)
  }

  static let kind = "booking.mail"

  var event: Event
  var recipient: Recipient

  /// One to everybody who takes part.
  static func all(_ event: Event, guests: Int) -> [BookingMail] {
    let recipients = [.attendee, .host] + (0..<guests).map(Recipient.guest)
    return recipients.map { BookingMail(event: event, recipient: $0) }
  }

  /// The job's payload, and the key that makes a second one of it impossible.
  func job(uid: String) -> (payload: String, key: String) {
    let payload = JSONValue.object([
      "uid": .string(uid), "event": .string(event.rawValue), "recipient": .string(recipient.text),
    ])
    return (String(decoding: payload.bytes, as: UTF8.self), key(uid: uid))
  }

  /// Also the mail's Message-ID, so that a mail that is sent twice counts once.
  func key(uid: String) -> String { "booking.\(uid).\(event.rawValue).\(recipient.text)" }
}

extension BookingMail.Recipient {
  var text: String {
    switch self {
    case .attendee: "attendee"
    case .host: "host"
    case .guest(let position): "guest-\(position)"
    }
  }

  init?(_ text: String) {
    switch text {
    case "attendee": self = .attendee
    case "host": self = .host
    default:
      guard text.hasPrefix("guest-"), let position = Int(text.dropFirst("guest-".count)) else { return nil }
      self = .guest(position)
    }
  }
}
