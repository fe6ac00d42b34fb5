/// Somebody with a name and a mail address: the ORGANIZER, and the core of an attendee.
package struct ICalendarPerson: Sendable, Hashable {
  /// Shown to readers (CN); may be empty.
  package var name: String
  package var email: String

  package init(name: String, email: String) {
    self.name = name
    self.email = email
  }

  var uri: String { "mailto:" + URIText.mailbox(email) }

  var nameParameter: ContentLineParameter? { name.isEmpty ? nil : .quoted("CN", name) }
}

/// An ATTENDEE (RFC 5545 section 3.8.4.1).
package struct ICalendarAttendee: Sendable, Hashable {
  package enum Role: String, Sendable {
    case chair = "CHAIR"
    case required = "REQ-PARTICIPANT"
    case optional = "OPT-PARTICIPANT"
  }

  package enum Participation: String, Sendable {
    case needsAction = "NEEDS-ACTION"
    case accepted = "ACCEPTED"
    case declined = "DECLINED"
    case tentative = "TENTATIVE"
  }

  package var person: ICalendarPerson
  package var role: Role
  package var participation: Participation
  /// Whether an answer is asked for.
  package var isReplyRequested: Bool

  package init(
    person: ICalendarPerson, role: Role = .required, participation: Participation = .accepted,
    isReplyRequested: Bool = false
  ) {
    self.person = person
    self.role = role
    self.participation = participation
    self.isReplyRequested = isReplyRequested
  }

  var parameters: [ContentLineParameter] {
    [
      .token("CUTYPE", "INDIVIDUAL"),
      .token("ROLE", role.rawValue),
      .token("PARTSTAT", participation.rawValue),
      .token("RSVP", isReplyRequested ? "TRUE" : "FALSE"),
    ] + [person.nameParameter].compactMap { $0 }
  }
}
