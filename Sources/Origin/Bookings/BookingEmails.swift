import CalendarSync
import Foundation
import Mail
import Mustache
import Scheduling

/// Writes the mails of bookings: subject and rows here, their look in `Templates/`.
struct BookingEmails: Sendable {
  private let library: MustacheLibrary
  private let from: MailAddress
  /// What links start with, and the host part of Message-IDs.
  private let publicURL: String
  private let publicHost: String

  init(from: MailAddress, publicURL: String, publicHost: String) throws {
    var library = MustacheLibrary()
    try library.register(
      String(decoding: PackageResources.booking_text_mustache, as: UTF8.self), named: "text")
    try library.register(
      String(decoding: PackageResources.booking_html_mustache, as: UTF8.self), named: "html")
    self.library = library
    self.from = from
    self.publicURL = publicURL
    self.publicHost = publicHost
  }

  /// Nil when there is nobody to write to: a booking by phone number has no address.
  func message(_ mail: BookingMail, about booking: Booking) throws -> MailMessage? {
    guard let host = booking.hosts.first, let reader = reader(mail, of: booking, host) else {
      return nil
    }
    let subject = subject(mail, booking, reader)
    let content = content(mail, booking, reader, host)
    guard let text = library.render(content, withTemplate: "text"),
      let html = library.render(content, withTemplate: "html")
    else { return nil }
    return MailMessage(
      id: try MailMessageID(key: mail.key(uid: booking.uid), domain: publicHost),
      date: booking.updatedAt ?? booking.createdAt, from: from, to: [reader.address],
      replyTo: replyTo(mail.recipient, booking), subject: subject, text: text, html: html,
      calendar: calendar(mail, booking, host))
  }

  // MARK: Who

  private struct Reader {
    var address: MailAddress
    var zone: ZoneRules
    /// The other side, as this reader knows it.
    var other: String
  }

  private func reader(_ mail: BookingMail, of booking: Booking, _ host: Booking.Host) -> Reader? {
    let attendees = booking.attendees.filter { mail.seatUID == nil || $0.seatUID == mail.seatUID }
    let hosts = booking.hosts.map(\.name).joined(separator: " and ")
    let others = attendees.map(\.name).joined(separator: ", ")
    switch mail.recipient {
    case .attendee(let position):
      guard attendees.indices.contains(position) else { return nil }
      let attendee = attendees[position]
      guard let address = attendee.email.flatMap({ try? MailAddress(name: attendee.name, mailbox: $0) })
      else { return nil }
      return Reader(address: address, zone: zone(attendee.timeZone), other: hosts)
    case .host(let id):
      guard let host = booking.hosts.first(where: { $0.id == id }),
        let address = try? MailAddress(name: host.name, mailbox: host.email)
      else { return nil }
      return Reader(address: address, zone: zone(host.timeZone), other: others)
    case .guest(let position):
      guard booking.guests.indices.contains(position),
        let address = try? MailAddress(mailbox: booking.guests[position])
      else { return nil }
      let zoneName = attendees.first?.timeZone ?? host.timeZone
      return Reader(address: address, zone: zone(zoneName), other: "\(hosts) and \(others)")
    case .departed(let person):
      guard let address = try? MailAddress(name: person.name, mailbox: person.email) else { return nil }
      return Reader(address: address, zone: zone(person.timeZone), other: person.isHost ? others : hosts)
    }
  }

  /// Answers go to the other side, not to us.
  private func replyTo(_ recipient: BookingMail.Recipient, _ booking: Booking) -> MailAddress? {
    if recipient.isHost {
      return booking.attendees.first.flatMap { attendee in
        attendee.email.flatMap { try? MailAddress(name: attendee.name, mailbox: $0) }
      }
    }
    return booking.hosts.first.flatMap { try? MailAddress(name: $0.name, mailbox: $0.email) }
  }

  private func zone(_ name: String) -> ZoneRules { ZoneRules.named(name) ?? .utc }

  // MARK: What

  private func subject(_ mail: BookingMail, _ booking: Booking, _ reader: Reader) -> String {
    let when = BookingTimes.short(booking.start, reader.zone)
    return switch mail.event {
    case .scheduled: "Booked: \(booking.title), \(when)"
    case .rescheduled: "Moved: \(booking.title), now \(when)"
    case .cancelled: "Cancelled: \(booking.title), \(when)"
    case .requested:
      mail.recipient.isHost
        ? "Please confirm: \(booking.title), \(when)" : "Request received: \(booking.title), \(when)"
    case .declined: "Declined: \(booking.title), \(when)"
    case .reassigned: "New host: \(booking.title), \(when)"
    case .rescheduleRequested: "Please choose another time: \(booking.title), \(when)"
    }
  }

  private func content(_ mail: BookingMail, _ booking: Booking, _ reader: Reader, _ host: Booking.Host)
    -> [String: Any]
  {
    let heading: String
    let intro: String
    switch mail.event {
    case .scheduled:
      heading = mail.recipient.isHost ? "New booking" : "You are booked"
      intro = "Your appointment with \(reader.other) is confirmed. The calendar file is attached."
    case .rescheduled:
      heading = "New time"
      intro = "Your appointment with \(reader.other) has been moved. The calendar file is attached."
    case .cancelled:
      heading = "Cancelled"
      intro = "Your appointment with \(reader.other) has been cancelled."
    case .requested:
      heading = mail.recipient.isHost ? "Please confirm or decline" : "Your request has been received"
      intro =
        mail.recipient.isHost
        ? "\(reader.other) asks for this time. It is not booked until you confirm it."
        : "\(reader.other) will confirm or decline it. You get another mail then."
    case .declined:
      heading = "Declined"
      intro = "The request for an appointment with \(reader.other) has been declined."
    case .reassigned:
      heading = "New host"
      intro = reassignment(mail.recipient, reader)
    case .rescheduleRequested:
      heading = "Please choose another time"
      intro = "\(reader.other) cannot make this time and asks you to choose another one."
    }
    var content: [String: Any] = [
      "heading": heading, "intro": intro, "host": host.name,
      "rows": rows(mail, booking, reader).map { ["label": $0.0, "value": $0.1] },
    ]
    if let link = link(mail, booking) {
      content["manageLabel"] = link.label
      content["manageURL"] = link.url
    }
    return content
  }

  private func reassignment(_ recipient: BookingMail.Recipient, _ reader: Reader) -> String {
    switch recipient {
    case .departed: "Somebody else takes your appointment with \(reader.other)."
    case .host: "You take this appointment with \(reader.other)."
    default: "Your appointment is with \(reader.other) now. The time stays as it is."
    }
  }

  private func rows(_ mail: BookingMail, _ booking: Booking, _ reader: Reader) -> [(String, String)] {
    var rows = [
      ("What", booking.title), ("When", BookingTimes.long(booking.start, booking.end, reader.zone)),
      ("Who", people(booking)),
    ]
    if let location = booking.location { rows.append(("Where", location)) }
    if !booking.description.isEmpty { rows.append(("Notes", booking.description)) }
    if let reason = reason(mail.event, booking), !reason.isEmpty { rows.append(("Reason", reason)) }
    return rows
  }

  private func reason(_ event: BookingMail.Event, _ booking: Booking) -> String? {
    switch event {
    case .cancelled: booking.cancellationReason
    case .declined: booking.rejectionReason
    case .rescheduled, .rescheduleRequested: booking.reschedulingReason
    case .scheduled, .requested, .reassigned: nil
    }
  }

  private func people(_ booking: Booking) -> String {
    let attendees = booking.attendees.map { attendee in
      attendee.email.map { "\(attendee.name) (\($0))" } ?? attendee.name
    }
    return (booking.hosts.map { "\($0.name) (\($0.email))" } + attendees + booking.guests)
      .joined(separator: ", ")
  }

  /// Guests get none: who has the link can cancel.
  private func link(_ mail: BookingMail, _ booking: Booking) -> (label: String, url: String)? {
    switch (mail.recipient, mail.event) {
    case (.guest, _), (.departed, _), (_, .cancelled), (_, .declined): nil
    case (.attendee, _): ("Change or cancel", page(mail, booking))
    case (.host, _): ("Open the booking", "\(publicURL)/dashboard?booking=\(booking.uid)")
    }
  }

  /// Of whom a seat is, with it: without it he can neither move nor leave.
  private func page(_ mail: BookingMail, _ booking: Booking) -> String {
    let page = "\(publicURL)/booking/\(booking.uid)"
    guard case .attendee = mail.recipient, let seat = mail.seatUID else { return page }
    return "\(page)?seatUid=\(seat)"
  }

  /// What is only asked for, or was declined, stands in no calendar; it leaves that of whoever is out of it.
  private func calendar(_ mail: BookingMail, _ booking: Booking, _ host: Booking.Host) -> MailCalendar? {
    var isCancelled = mail.event == .cancelled
    if case .departed = mail.recipient { isCancelled = true }
    switch mail.event {
    case .requested, .declined, .rescheduleRequested: return nil
    case .scheduled, .rescheduled, .cancelled, .reassigned: break
    }
    let calendar = BookingCalendar.object(
      for: booking, host: host, isCancelled: isCancelled, url: page(mail, booking))
    return MailCalendar(content: calendar.bytes(), method: calendar.method.rawValue)
  }
}

extension BookingMail.Recipient {
  var isHost: Bool {
    switch self {
    case .host: true
    case .departed(let person): person.isHost
    case .attendee, .guest: false
    }
  }
}
