import Foundation
import JSON
import Mail
import Postgres
import Synchronization
import Testing

@testable import Jobs
@testable import Origin

/// `requiresBookerEmailVerification`: a code by mail, asked for, tried and sent along with a booking.
@Suite struct EmailCodeTests {
  private static let email = "leo@mail.test"

  /// Asks for a code and reads it where the worker does.
  private static func code(for email: String = email, _ origin: TestOrigin) async throws -> String {
    let sent = try await origin.post(
      "/v2/bookings/verification/email/send-code", #"{"email":"\#(email)","language":"en"}"#)
    #expect(sent.status == 200 && sent.data["sent"]?.bool == true, "\(sent.text)")
    let rows = try await origin.postgres.query(
      .once("SELECT payload::text FROM jobs WHERE kind = 'email-code.mail' ORDER BY id DESC LIMIT 1"))
    let payload = try #require(rows.first).decode(String.self, at: 0)
    let job = EmailCodeMailJob(
      secrets: try SecretBox(keyFile: nil), from: try MailAddress(mailbox: "book@clinic.test"),
      publicHost: "clinic.test", transport: try MailTransports.make(url: "file:///tmp/daybook-unused-mail"),
      now: { Date() })
    let message = try #require(try job.message(Array(payload.utf8), written: Date()))
    #expect(message.to.map(\.mailbox) == [email.lowercased()])
    let digits = message.text.split(separator: "\n")[0].filter(\.isNumber)
    #expect(digits.count == 6, "\(message.text)")
    return digits
  }

  private static func type(_ origin: TestOrigin) async throws -> (id: Int, owner: Person) {
    let ana = try await origin.signUp("ana")
    let id = try await origin.alwaysOpen("a", more: #""requiresBookerEmailVerification":true"#, of: ana)
    return (id, ana)
  }

  private static func book(
    _ id: Int, _ hour: String = "09", code: String?, email: String = email, _ origin: TestOrigin
  ) async throws -> Answer {
    try await origin.book(
      id, "2030-01-08T\(hour):00:00Z", email: email,
      more: code.map { #""emailVerificationCode":"\#($0)""# } ?? "")
  }

  private static func wrong(_ code: String) -> String { code == "000000" ? "111111" : "000000" }

  @Test func `a booking needs the code that went to the attendee's address`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (id, ana) = try await Self.type(origin)
      let type = try await origin.get("/v2/event-types/\(id)", as: ana)
      #expect(type.data["requiresBookerEmailVerification"]?.bool == true)
      let missing = try await Self.book(id, code: nil, origin)
      #expect(missing.status == 400 && missing.reason == "email_code_required", "\(missing.text)")
      #expect(missing.fields == ["emailVerificationCode"])
      let never = try await Self.book(id, code: "123456", origin)
      #expect(never.status == 400 && never.reason == "email_code_wrong", "\(never.text)")
      let code = try await Self.code(origin)
      #expect(try await Self.book(id, code: Self.wrong(code), origin).reason == "email_code_wrong")
      let other = try await Self.book(id, code: code, email: "eve@mail.test", origin)
      #expect(other.reason == "email_code_wrong", "another's code: \(other.text)")
      let booked = try await Self.book(id, code: code, email: "LEO@mail.test", origin)
      #expect(booked.status == 201, "\(booked.text)")
      let phone = try await origin.post(
        "/v2/bookings",
        #"{"start":"2030-01-08T11:00:00Z","eventTypeId":\#(id),"attendee":{"name":"L","phoneNumber":"+37120000000","timeZone":"UTC"}}"#
      )
      #expect(phone.status == 400 && phone.fields == ["attendee.email"], "\(phone.text)")
    }
  }

  @Test func `moving one needs it too, unless its host does it`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (id, ana) = try await Self.type(origin)
      let code = try await Self.code(origin)
      let uid = try await Self.book(id, code: code, origin).uid
      let missing = try await origin.move(uid, to: "2030-01-08T10:00:00Z")
      #expect(missing.status == 400 && missing.reason == "email_code_required", "\(missing.text)")
      let moved = try await origin.move(
        uid, to: "2030-01-08T10:00:00Z", more: #""emailVerificationCode":"\#(code)""#)
      #expect(moved.status == 201, "\(moved.text)")
      #expect(try await origin.move(moved.uid, to: "2030-01-08T11:00:00Z", as: ana).status == 201)
    }
  }

  @Test func `a code lives for a while, for few guesses, until the next one`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (id, _) = try await Self.type(origin)
      func verify(_ code: String) async throws -> Int {
        try await origin.post(
          "/v2/bookings/verification/email/verify-code", #"{"email":"\#(Self.email)","code":"\#(code)"}"#
        ).status
      }
      let guessed = try await Self.code(origin)
      #expect(try await verify(guessed) == 200)
      #expect(try await verify(guessed) == 200, "trying it does not use it up")
      for _ in 0..<5 { #expect(try await verify(Self.wrong(guessed)) == 400) }
      #expect(try await verify(guessed) == 400, "five wrong ones were tried")
      let old = try await Self.code(origin)
      try origin.setClock("2030-01-01T08:14:59Z")
      #expect(try await verify(old) == 200)
      try origin.setClock("2030-01-01T08:15:00Z")
      #expect(try await verify(old) == 400, "it is 15 minutes old")
      let new = try await Self.code(origin)
      if new != old { #expect(try await verify(old) == 400) }
      #expect(try await Self.book(id, code: new, origin).status == 201)
    }
  }

  @Test func `who shows the code of his own address has confirmed it, and no other account has`() async throws
  {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      func isConfirmed(_ person: Person) async throws -> Bool {
        try await origin.count(
          "SELECT count(*) FROM users WHERE id = \(person.id) AND email_verified_at IS NOT NULL") == 1
      }
      let code = try await Self.code(for: ana.email, origin)
      let body = #"{"email":"\#(ana.email)","code":"\#(code)"}"#
      let path = "/v2/bookings/verification/email/verify-code"
      #expect(try await origin.post(path, body).status == 200)
      #expect(try await origin.post(path, body, as: bob).status == 200)
      let confirmed = [try await isConfirmed(ana), try await isConfirmed(bob)]
      #expect(confirmed == [false, false], "by nobody, and by somebody else")
      #expect(try await origin.post(path, body, as: ana).status == 200)
      #expect(try await isConfirmed(ana))
      #expect(try await !isConfirmed(bob))
    }
  }

  @Test func `a code that is too old to be of use is not sent any more`() async throws {
    let sent = Sent()
    let written = Date(timeIntervalSince1970: 1_893_456_000)
    let secrets = try SecretBox(keyFile: nil)
    let mail = try EmailCodeMail(EmailCode(email: Self.email, text: "123456"), secrets: secrets)
    for (age, count) in [(0.0, 1), (EmailCode.life - 1, 2), (EmailCode.life, 2)] {
      let job = EmailCodeMailJob(
        secrets: secrets, from: try MailAddress(mailbox: "book@clinic.test"), publicHost: "clinic.test",
        transport: sent, now: { written.addingTimeInterval(age) })
      try await job.handler.run(
        Job(
          businessID: 0, id: 1, kind: EmailCodeMail.kind, payload: mail.payload, attempt: 1,
          maximumAttempts: 5, createdAt: written))
      #expect(sent.count.load(ordering: .relaxed) == count, "\(age) seconds old")
    }
  }

  private final class Sent: MailTransport {
    let count = Atomic(0)
    func send(_ message: MailMessage) async throws(MailError) { count.add(1, ordering: .relaxed) }
  }

  @Test func `an address gets five an hour, and what is kept tells nobody the digits`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      var last = ""
      for _ in 0..<5 { last = try await Self.code(origin) }
      let kept = try await origin.postgres.query(.once("SELECT to_jsonb(c)::text FROM email_codes c"))
      #expect(try kept.map { try $0.decode(String.self, at: 0).contains(last) } == [false])
      func send(_ email: String) async throws -> Answer {
        try await origin.post(
          "/v2/bookings/verification/email/send-code", #"{"email":"\#(email)"}"#)
      }
      let refused = try await send("Leo@Mail.test")
      #expect(refused.status == 429 && refused.reason == "too_many_codes", "\(refused.text)")
      #expect(try await origin.count("SELECT count(*) FROM jobs WHERE kind = 'email-code.mail'") == 5)
      #expect(try await send("eve@mail.test").status == 200)
      try origin.setClock("2030-01-01T09:00:00Z")
      #expect(try await send(Self.email).status == 200)
      // Over, and no longer counted.
      try origin.setClock("2030-01-01T11:00:00Z")
      try await EmailCodeStore(origin.postgres).sweep(now: origin.clock.now)
      #expect(try await origin.count("SELECT count(*) FROM email_codes") == 0)
    }
  }
}
