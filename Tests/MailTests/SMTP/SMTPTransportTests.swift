import Foundation
import Mail
import TestSupport
import Testing

/// Over real sockets, to a real small server.
@Suite(.timeLimit(.minutes(1))) struct SMTPTransportTests {
  private func transport(
    to sink: SMTPSink, login: String = "", _ change: (inout SMTPConfiguration) -> Void = { _ in }
  ) throws -> SMTPTransport {
    var configuration = try SMTPConfiguration(url: "smtp://\(login)127.0.0.1:\(sink.port)/our.name")
    change(&configuration)
    return SMTPTransport(configuration: configuration)
  }

  private func failure(_ transport: SMTPTransport, _ message: MailMessage) async -> MailError? {
    do throws(MailError) {
      try await transport.send(message)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a message arrives as it was written, dots and all`() async throws {
    let sink = try SMTPSink()
    let message = try MailFixture.message {
      $0.text = ".\n..\n.dot\nend."
      $0.html = "<p>"
      $0.calendar = MailFixture.calendar
    }
    try await MailTransports.make(url: sink.url).send(message)
    let mail = try #require(try await sink.mails(atLeast: 1).first)
    #expect(mail.bytes == message.bytes())
    #expect(mail.sender == "hello@daybook.test" && mail.recipients == ["leo@mail.test"])
    #expect(mail.header("message-id") == message.id.description)
  }

  @Test func `one message to several recipients is one transaction`() async throws {
    let sink = try SMTPSink()
    let others = try ["a@x.test", "b@müller.test", "jörg@x.test"].map { try MailAddress(mailbox: $0) }
    try await transport(to: sink).send(try MailFixture.message { $0.to = others })
    #expect(sink.mails.map(\.recipients) == [["a@x.test", "b@xn--mller-kva.test", "jörg@x.test"]])
  }

  @Test func `messages share a connection`() async throws {
    let sink = try SMTPSink()
    let transport = try transport(to: sink) { $0.maximumConnections = 1 }
    for number in 0..<20 { try await transport.send(try MailFixture.message(key: "m\(number)")) }
    #expect(sink.mails.count == 20 && sink.connectionCount == 1)
  }

  @Test func `many at once go over no more connections than allowed, and all arrive`() async throws {
    let sink = try SMTPSink()
    let transport = try transport(to: sink) { $0.maximumConnections = 3 }
    try await withThrowingTaskGroup { group in
      for number in 0..<60 {
        let message = try MailFixture.message(key: "m\(number)")
        group.addTask { try await transport.send(message) }
      }
      try await group.waitForAll()
    }
    #expect(Set(sink.mails.compactMap { $0.header("Message-ID") }).count == 60)
    #expect((1...3).contains(sink.connectionCount))
  }

  @Test func `a kept connection that the server closed meanwhile is replaced without an error`() async throws
  {
    let sink = try SMTPSink()
    let transport = try transport(to: sink) { $0.maximumConnections = 1 }
    try await transport.send(try MailFixture.message(key: "first"))
    sink.plan(.hangUp, at: .sender)
    try await transport.send(try MailFixture.message(key: "second"))
    #expect(sink.mails.count == 2 && sink.connectionCount == 2)
  }

  @Test(arguments: [
    (SMTPSink.Stage.recipient, "550 5.1.1 no such user", MailError.Kind.permanent),
    (.recipient, "451 4.3.0 later", .temporary), (.recipient, "421 4.3.2 closing", .temporary),
    (.data, "554 5.7.1 no", .permanent), (.data, "451 4.3.0 later", .temporary),
    (.accepted, "554 5.7.1 spam", .permanent), (.accepted, "452 4.3.1 disk full", .temporary),
    (.sender, "550 5.7.1 sender not allowed", .misconfiguration),
    (.sender, "451 4.7.1 greylisted", .temporary),
    (.greeting, "554 5.3.2 no service here", .temporary), (.greeting, "421 4.3.2 busy", .temporary),
  ])
  func `a refusal is told by its stage and code, with the server's words`(
    _ stage: SMTPSink.Stage, _ reply: String, _ kind: MailError.Kind
  ) async throws {
    let sink = try SMTPSink()
    sink.plan(.reply(reply), at: stage)
    let transport = try transport(to: sink)
    let error = try #require(await failure(transport, try MailFixture.message()))
    #expect(error.kind == kind, "\(error)")
    #expect(error.reply == reply)
    #expect(sink.mails.isEmpty)
    try await transport.send(try MailFixture.message())
    #expect(sink.mails.count == 1)
  }

  @Test(arguments: [SMTPSink.Stage.greeting, .hello, .sender, .recipient, .data, .body, .accepted])
  func `a connection that breaks is temporary, and the next attempt works`(_ stage: SMTPSink.Stage)
    async throws
  {
    let sink = try SMTPSink()
    sink.plan(.hangUp, at: stage)
    let transport = try transport(to: sink)
    let error = try #require(await failure(transport, try MailFixture.message()))
    #expect(error.kind == .temporary, "\(error)")
    try await transport.send(try MailFixture.message())
    #expect(sink.mails.count == 1)
  }

  /// What at-least-once means: the caller cannot know, tries again, and the key tells the two apart.
  @Test func `a message that was taken without an answer is sent again under the same Message-ID`()
    async throws
  {
    let sink = try SMTPSink()
    sink.plan(.keepAndHangUp, at: .accepted)
    let transport = try transport(to: sink)
    let message = try MailFixture.message()
    #expect(await failure(transport, message)?.kind == .temporary)
    try await transport.send(message)
    #expect(sink.mails.count == 2 && Set(sink.mails.map { $0.header("Message-ID") }).count == 1)
  }

  @Test(arguments: [SMTPSink.Stage.greeting, .recipient, .body, .accepted])
  func `a server that hangs is given up after the time that is set`(_ stage: SMTPSink.Stage) async throws {
    let sink = try SMTPSink()
    sink.plan(.hang, at: stage)
    let transport = try transport(to: sink) { $0.totalTimeoutMilliseconds = 300 }
    let clock = ContinuousClock()
    let start = clock.now
    let error = try #require(await failure(transport, try MailFixture.message()))
    #expect(error.kind == .temporary)
    #expect(clock.now - start < .seconds(5))
  }

  @Test func `no server is temporary`() async throws {
    let sink = try SMTPSink()
    sink.stop()
    let error = try #require(await failure(try transport(to: sink), try MailFixture.message()))
    #expect(error.kind == .temporary && error.reply == nil)
  }

  @Test func `the log-in is used, and a refused one is a misconfiguration that keeps the password`()
    async throws
  {
    let sink = try SMTPSink(user: "us@er", password: "pa:s s")
    try await transport(to: sink, login: "us%40er:pa%3As%20s@").send(try MailFixture.message())
    #expect(sink.mails.map(\.user) == ["us@er"])
    let error = try #require(
      await failure(try transport(to: sink, login: "us%40er:hunter2@"), try MailFixture.message()))
    #expect(error.kind == .misconfiguration && !error.description.contains("hunter2"))
    let anonymous = try #require(await failure(try transport(to: sink), try MailFixture.message()))
    #expect(anonymous.kind == .misconfiguration)
  }

  @Test func `where encryption is required and not offered, nothing is sent`() async throws {
    let sink = try SMTPSink(user: "u", password: "p")
    let url = "smtp://u:p@127.0.0.1:\(sink.port)?starttls=required"
    let transport = SMTPTransport(configuration: try SMTPConfiguration(url: url))
    #expect(await failure(transport, try MailFixture.message())?.kind == .misconfiguration)
    #expect(sink.count(of: .login) == 0 && sink.mails.isEmpty)
  }

  @Test func `a cancelled task's message is given up at once, also while the server hangs`() async throws {
    let sink = try SMTPSink()
    sink.plan(.hang, at: .recipient)
    let transport = try transport(to: sink) { $0.maximumConnections = 1 }
    let message = try MailFixture.message()
    let hanging = Task { await failure(transport, message) }
    try await sink.reached(.recipient)
    let waiting = Task { await failure(transport, message) }
    hanging.cancel()
    waiting.cancel()
    #expect(await hanging.value?.kind == .temporary)
    #expect(await waiting.value?.kind == .temporary)
    try await transport.send(try MailFixture.message(key: "after"))
    #expect(sink.mails.map { $0.header("Message-ID") } == ["<after@daybook.test>"])
  }

  @Test func `more than may wait are refused at once`() async throws {
    let sink = try SMTPSink()
    sink.plan(.hang, at: .greeting)
    let transport = try transport(to: sink) {
      $0.maximumConnections = 1
      $0.maximumWaiting = 0
    }
    let message = try MailFixture.message()
    let hanging = Task { await failure(transport, message) }
    try await sink.reached(.greeting)
    #expect(await failure(transport, message)?.kind == .temporary)
    #expect(sink.connectionCount == 1)
    hanging.cancel()
    _ = await hanging.value
  }

  @Test func `a hung server does not hold up the tasks of the program`() async throws {
    let sink = try SMTPSink()
    sink.plan(.hang, at: .greeting, times: 8)
    let transport = try transport(to: sink) { $0.maximumConnections = 8 }
    let message = try MailFixture.message()
    let hanging = (0..<8).map { _ in Task { await failure(transport, message) } }
    try await sink.reached(.greeting, atLeast: 8)
    let others = await withTaskGroup { group in
      for number in 0..<100 { group.addTask { number } }
      return await group.reduce(0, +)
    }
    #expect(others == 4950)
    for task in hanging { task.cancel() }
    for task in hanging { _ = await task.value }
  }
}
