/// An iCalendar object (RFC 5545) that carries one event by iTIP (RFC 5546), as mail attachments,
/// add-to-calendar links and feeds hold it.
package struct ICalendar: Sendable, Hashable {
  /// What the receiver is asked to do (RFC 5546 section 1.4).
  package enum Method: String, Sendable {
    /// Here is a meeting, or a newer version of it: the same UID and a higher SEQUENCE.
    case request = "REQUEST"
    /// The meeting with this UID is off.
    case cancel = "CANCEL"
    /// For the reader's information; nobody is asked to answer.
    case publish = "PUBLISH"
  }

  package var method: Method
  package var event: ICalendarEvent
  /// Who wrote the object, as PRODID.
  package var product: String

  package init(method: Method, event: ICalendarEvent, product: String = "-//Daybook//Daybook//EN") {
    self.method = method
    self.event = event
    self.product = product
  }

  /// The object as UTF-8 with CRLF line ends, no line over 75 octets. The same value always gives the
  /// same bytes.
  package func bytes() -> [UInt8] {
    var writer = ContentLineWriter()
    let zone = event.writtenZone
    writer.line("BEGIN", raw: "VCALENDAR")
    writer.line("VERSION", raw: "2.0")
    writer.line("PRODID", text: product)
    writer.line("CALSCALE", raw: "GREGORIAN")
    writer.line("METHOD", raw: method.rawValue)
    zone?.write(to: &writer)
    event.write(to: &writer, zone: zone?.timeZone, isCancelled: method == .cancel)
    writer.line("END", raw: "VCALENDAR")
    return writer.bytes
  }
}
