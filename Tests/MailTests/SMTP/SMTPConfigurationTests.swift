import Foundation
import Mail
import Testing

@Suite struct SMTPConfigurationTests {
  @Test func `a full URL is read into its parts`() throws {
    let configuration = try SMTPConfiguration(
      url: "smtp://us%40er:pa%3Ass@mail.test:2525/our.name?starttls=try")
    #expect(configuration.host == "mail.test" && configuration.port == 2525)
    #expect(configuration.user == "us@er" && configuration.greetingName == "our.name")
    #expect(configuration.startTLS == .try && !configuration.isImplicitTLS)
  }

  @Test(arguments: [
    ("smtp://mail.test", 25, SMTPConfiguration.StartTLS.try), ("smtp://u:p@mail.test", 587, .required),
    ("smtps://u:p@mail.test", 465, .required), ("SMTP://localhost", 25, .never),
    ("smtp://u:p@127.0.0.1", 587, .never),
    ("smtp://[::1]", 25, .never), ("smtp://localhost.evil.test", 25, .try),
    ("smtp://127.evil.test", 25, .try),
  ])
  func `ports and encryption have safe standards`(
    _ url: String, _ port: Int, _ startTLS: SMTPConfiguration.StartTLS
  ) throws {
    let configuration = try SMTPConfiguration(url: url)
    #expect(configuration.port == port && configuration.startTLS == startTLS)
  }

  @Test(arguments: [
    "", "smtp", "smtp://", "smtp:///path", "http://secret:hunter2@x.test", "ftp://secret:hunter2@x",
    "smtp://secret@x.test",
    "smtp://secret:@x.test", "smtp://secret:hunter2@x.test:0", "smtp://secret:hunter2@x.test:99999",
    "smtp://secret:hunter2@x.test?starttls=maybe", "smtp://secret:hunter2@x.test?tls=1",
    "smtp://secret:hunter2@x.test?ca=/nowhere",
    "smtp://secret:hunter2@x.test/a/b", "smtp://secret:wo%0Ahunter2@x.test", "smtp://secret:hunter2@x_y.test",
    "file://host/secret:hunter2",
    "file:secret:hunter2", "smtp://secret:hunter2@x.test/%0d%0aMAIL",
  ])
  func `a bad URL is refused in words that do not give the password away`(_ url: String) throws {
    let error = try #require(throws: MailError.self) { try MailTransports.make(url: url) }
    #expect(error.kind == .misconfiguration)
    #expect(error.message.contains("URL"))
    #expect(!error.description.contains("secret") && !error.description.contains("hunter2"))
  }

  @Test func `printing a configuration's user does not need its password`() throws {
    let configuration = try SMTPConfiguration(url: "smtp://u:hunter2@mail.test")
    #expect(!"\(configuration)".contains("hunter2"))
    #expect(!String(reflecting: configuration).contains("hunter2"))
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("hunter2"))
  }
}
