import JSON

/// Which mails about the bookings of a team's event type are not sent.
struct EmailSettings: Sendable, Equatable {
  static let key = "emailSettings"

  var silencesAttendees = false
  var silencesHosts = false

  init(silencesAttendees: Bool = false, silencesHosts: Bool = false) {
    self.silencesAttendees = silencesAttendees
    self.silencesHosts = silencesHosts
  }

  /// Reads what `json` wrote.
  init(_ json: JSONValue?) {
    silencesAttendees = json?["disableEmailsToAttendees"]?.bool ?? false
    silencesHosts = json?["disableEmailsToHosts"]?.bool ?? false
  }

  var json: JSONValue {
    .object([
      "disableEmailsToAttendees": .bool(silencesAttendees), "disableEmailsToHosts": .bool(silencesHosts),
    ])
  }

  /// Whether somebody gets none.
  func silences(_ recipient: BookingMail.Recipient) -> Bool {
    recipient.isHost ? silencesHosts : silencesAttendees
  }
}

extension Input {
  /// What is left out stays.
  mutating func emailSettings(onto current: EmailSettings) -> EmailSettings? {
    object(EmailSettings.key) { input in
      EmailSettings(
        silencesAttendees: input.optionalBool("disableEmailsToAttendees") ?? current.silencesAttendees,
        silencesHosts: input.optionalBool("disableEmailsToHosts") ?? current.silencesHosts)
    }
  }
}
