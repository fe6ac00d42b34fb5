import Testing

@testable import Mail

@Suite struct SMTPOutcomeTests {
  private func kind(
    _ result: SMTPOutcome.Result, _ code: Int, _ message: String = "", bodySent: Bool = false
  ) -> MailError.Kind? {
    SMTPOutcome(result: result, message: message, replyCode: code, reply: nil, isBodySent: bodySent).error?
      .kind
  }

  @Test func `what curl and the server say decides whether to try again`() {
    #expect(kind(.sent, 250) == nil)
    #expect(kind(.unreachable, 0) == .temporary)
    #expect(kind(.unreachable, 550) == .temporary)
    #expect(kind(.cancelled, 0) == .temporary)
    #expect(kind(.refused, 451, "RCPT failed: 451") == .temporary)
    #expect(kind(.refused, 550, "RCPT failed: 550") == .permanent)
    #expect(kind(.refused, 554, "DATA failed: 554") == .permanent)
    #expect(kind(.refused, 554, "Weird server reply", bodySent: true) == .permanent)
    #expect(kind(.refused, 452, "Weird server reply", bodySent: true) == .temporary)
    #expect(kind(.refused, 554, "Weird server reply") == .temporary)
    #expect(kind(.refused, 550, "MAIL failed: 550") == .misconfiguration)
    #expect(kind(.refused, 530, "MAIL failed: 530") == .misconfiguration)
    #expect(kind(.settings, 535, "Login denied") == .misconfiguration)
    #expect(kind(.settings, 454, "Login denied") == .temporary)
    #expect(kind(.settings, 0, "certificate") == .misconfiguration)
  }
}
