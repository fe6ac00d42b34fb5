import JSON
import Problem

/// The booker's answers to the questions of the event type: api.md 3.4.
enum BookingResponses {
  /// The answers as they are stored: name, email, and what was asked beyond. Undefined extra ones are kept.
  static func checked(_ request: BookingRequest, for type: EventType) throws(Problem) -> JSONObject {
    var mistakes: [String: String] = [:]
    for field in type.bookingFields {
      let path = "bookingFieldsResponses.\(field.slug)"
      guard let answer = request.responses[field.slug], answer != .null, answer != .string("") else {
        if field.required, !field.hidden { mistakes[path] = "is required" }
        continue
      }
      if let mistake = field.mistake(in: answer) { mistakes[path] = mistake }
    }
    if type.disableGuests, !request.guests.isEmpty { mistakes["guests"] = "are not taken by this event type" }
    if !mistakes.isEmpty { throw .badInput(mistakes) }
    var responses: JSONObject = ["name": .string(request.attendee.name)]
    if let email = request.attendee.email { responses["email"] = .string(email) }
    for member in request.responses.members where responses[member.key] == nil {
      responses[member.key] = member.value
    }
    return responses
  }
}
