import JSON

/// The name of a booking, from the event type's `customName` or our usual form.
enum BookingTitle {
  static func text(for type: EventType, organiser: String, attendee: String) -> String {
    let template = type.settings["customName"]?.string ?? ""
    let text =
      template.isEmpty ? "{Event type title} between {Organiser} and {Scheduler}" : template
    return fill(
      text,
      [
        "Event type title": type.title, "Organiser": organiser, "Scheduler": attendee,
        "Event duration": "\(type.length) min",
      ])
  }

  /// Replaces `{name}` in one pass, so that a name with braces in it is never filled in itself.
  private static func fill(_ template: String, _ values: [String: String]) -> String {
    var filled = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      filled += rest[..<open]
      filled += values[name] ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return filled + rest
  }
}
