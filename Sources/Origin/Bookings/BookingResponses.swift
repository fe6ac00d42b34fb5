import JSON
import Problem

/// The booker's answers to the questions of the event type: api.md 3.4.
enum BookingResponses {
  /// The answers as they are stored: name, email, and what was asked beyond. Undefined extra ones are kept.
  static func checked(_ request: BookingRequest, for type: EventType) throws(Problem) -> JSONObject {
    var mistakes: [String: String] = [:]
    for field in type.bookingFields {
      if let mistake = mistake(in: request, for: field) { mistakes[mistake.path] = mistake.why }
    }
    if !request.guests.isEmpty, type.disableGuests || type.seats != nil {
      mistakes["guests"] = "are not taken by this event type"
    }
    if !mistakes.isEmpty { throw .badInput(mistakes) }
    var responses: JSONObject = ["name": name(of: request, for: type)]
    if let email = request.attendee.email { responses["email"] = .string(email) }
    for member in request.responses.members where responses[member.key] == nil {
      responses[member.key] = member.value
    }
    return responses
  }

  private static func mistake(in request: BookingRequest, for field: BookingField) -> (
    path: String, why: String
  )? {
    if field.type == .name || field.type == .email { return nil }
    if field.halves?.needsLast == true, lastName(of: request).isEmpty {
      return ("bookingFieldsResponses.name", "must have a lastName")
    }
    if field.slug == BookingField.attendeePhoneSlug, field.type == .phone {
      let isMissing = field.required && request.attendee.phoneNumber == nil
      return isMissing ? ("attendee.phoneNumber", "is required by this event type") : nil
    }
    if field.slug == "guests", field.isRequired, request.guests.isEmpty {
      return ("guests", "are required by this event type")
    }
    let path = "bookingFieldsResponses.\(field.slug)"
    guard let answer = request.responses[field.slug], !field.isUnanswered(by: answer) else {
      return field.isRequired && !field.isAnsweredElsewhere ? (path, "is required") : nil
    }
    if field.type == .splitName, case .object = answer, !isSplitName(answer) {
      return (path, "must have firstName, and lastName if any, as text")
    }
    return field.mistake(in: answer).map { (path, $0) }
  }

  private static func isSplitName(_ answer: JSONValue) -> Bool {
    guard let first = answer["firstName"]?.string, 1...200 ~= first.count else { return false }
    switch answer["lastName"] {
    case nil, .null?: return true
    case .string(let last)?: return last.count <= 200
    default: return false
    }
  }

  /// With a split name both halves; who sends one name only has it split at its first space.
  private static func name(of request: BookingRequest, for type: EventType) -> JSONValue {
    guard type.bookingFields.contains(where: { $0.type == .splitName }) else {
      return .string(request.attendee.name)
    }
    if case .object? = request.responses["name"] { return request.responses["name"] ?? .null }
    let parts = request.attendee.name.split(separator: " ", maxSplits: 1)
    return .object([
      "firstName": .string(parts.first.map(String.init) ?? ""), "lastName": .string(lastName(of: request)),
    ])
  }

  private static func lastName(of request: BookingRequest) -> String {
    if case .object? = request.responses["name"] {
      return request.responses["name"]?["lastName"]?.string ?? ""
    }
    let parts = request.attendee.name.split(separator: " ", maxSplits: 1)
    return parts.count > 1 ? String(parts[1]) : ""
  }
}

extension BookingField {
  /// Whether the booker has to answer it: what he is not shown he cannot.
  fileprivate var isRequired: Bool { required && !hidden }

  /// The name comes with the attendee, guests and place of their own, a reason when a booking moves.
  fileprivate var isAnsweredElsewhere: Bool {
    type == .splitName || ["guests", "location", BookingField.rescheduleReasonSlug].contains(slug)
  }

  /// Whether nothing was said: a form that was left empty sends it like this.
  fileprivate func isUnanswered(by answer: JSONValue) -> Bool {
    switch answer {
    case .null, .string(""): true
    case .array(let choices): choices.isEmpty && type.isList
    default: false
    }
  }
}
