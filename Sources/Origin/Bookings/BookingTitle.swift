import JSON

/// The name of a booking, from the event type's `customName` or our usual form.
enum BookingTitle {
  static func text(for type: EventType, organiser: String, attendee: String) -> String {
    let template = type.settings["customName"]?.string ?? ""
    if template.isEmpty { return "\(type.title) between \(organiser) and \(attendee)" }
    return fill(
      template,
      [
        "Event type title": type.title, "Organiser": organiser, "Scheduler": attendee,
        "Event duration": "\(type.length) min",
      ])
  }

  /// Replaces `{name}` in one pass, so that a name with braces in it is never filled in itself.
  private static func fill(_ template: String, _ values: [String: String]) -> String {
    // By bytes: to find where characters begin and end costs ten times as much.
    var filled = ""
    var rest = template.utf8[...]
    while let open = rest.firstIndex(of: UInt8(ascii: "{")),
      let close = rest[open...].firstIndex(of: UInt8(ascii: "}"))
    {
      let name = String(Substring(rest[rest.index(after: open)..<close]))
      filled += Substring(rest[..<open])
      filled += values[name] ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return filled + Substring(rest)
  }
}
