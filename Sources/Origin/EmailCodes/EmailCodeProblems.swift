import Problem

/// What can be wrong with a code by mail.
enum EmailCodeProblems {
  static let tooMany = Problem(
    status: 429, reason: "too_many_codes",
    message:
      "This address was sent \(EmailCode.mostPerHour) codes within an hour; use the last one, or wait.",
    headers: [.init("Retry-After", "3600")])

  static let required = Problem(
    status: 400, reason: "email_code_required",
    message:
      "This event type asks who reads the attendee's mail: POST /v2/bookings/verification/email/send-code, then send the code that comes.",
    fields: ["emailVerificationCode": "is required by this event type"])

  static let noAddress = Problem(
    status: 400, reason: "email_code_required",
    message: "This event type asks who reads the attendee's mail, and there is no address.",
    fields: ["attendee.email": "is required by this event type"])

  static func wrong(field: String = "emailVerificationCode") -> Problem {
    Problem(
      status: 400, reason: "email_code_wrong",
      message:
        "This is not the code that was sent last, it is older than 15 minutes, or there were too many wrong ones.",
      fields: [field: "is not the code, or not any more"])
  }
}
