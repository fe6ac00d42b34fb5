import Foundation
package import Logging
package import Telemetry

/// Every setting of origin, read and checked before anything starts. docs/configuration.md lists them.
package struct OriginConfiguration: Sendable {
  package var databaseURL: String
  /// Connections for pipelined statements; transactions have as many of their own.
  package var databasePool: Int
  package var redisURL: String
  /// What links in mails start with, without a slash at the end.
  package var publicURL: String
  package var listen: SocketAddressSetting
  package var internalListen: SocketAddressSetting
  package var signingKeyFile: String
  /// What other services show at /internal.
  package var serviceToken: String
  package var secretsKeyFile: String?
  /// Whether webhooks may be sent into private networks; off, because whoever sets one up would reach them through us.
  package var webhookAllowPrivate: Bool
  package var smtpURL: String
  package var mailFrom: String
  package var logLevel: Logger.Level
  package var logFormat: LogFormat
  /// Whether PUT /internal/clock can hold the time still. Never in production.
  package var testClock: Bool

  package init(settings: Settings, testClock: Bool = false) throws(SettingsError) {
    var settings = settings
    databaseURL = settings.url(
      "DATABASE_URL", schemes: ["postgres", "postgresql"],
      example: "postgres://daybook:password@127.0.0.1:5432/daybook")
    databasePool = settings.int("DATABASE_POOL", default: 8, in: 1...100)
    redisURL = settings.url(
      "REDIS_URL", schemes: ["redis", "unix"], example: "redis://127.0.0.1:6379/0")
    publicURL = settings.url(
      "PUBLIC_URL", schemes: ["http", "https"], example: "https://book.example.com",
      default: "http://127.0.0.1:8080")
    while publicURL.hasSuffix("/") { publicURL.removeLast() }
    listen = settings.address("LISTEN", default: "127.0.0.1:8081")
    internalListen = settings.address("INTERNAL_LISTEN", default: "127.0.0.1:8082")
    signingKeyFile = settings.required("SIGNING_KEY_FILE", example: "/etc/daybook/signing-key.pem")
    serviceToken = settings.required("SERVICE_TOKEN", example: "the output of: openssl rand -hex 32")
    if !serviceToken.isEmpty, serviceToken.utf8.count < 16 {
      settings.mistake("SERVICE_TOKEN", "must have at least 16 characters")
    }
    secretsKeyFile = settings.value("SECRETS_KEY_FILE")
    webhookAllowPrivate = settings.bool("WEBHOOK_ALLOW_PRIVATE", default: false)
    smtpURL = settings.url(
      "SMTP_URL", schemes: ["smtp", "smtps", "file"], example: "smtp://user:password@mail.example.com:587")
    mailFrom = settings.value("MAIL_FROM") ?? "Daybook <daybook@localhost>"
    if mailFrom.contains(where: \.isNewline) || !mailFrom.contains("@") {
      settings.mistake("MAIL_FROM", "must be an address such as Daybook <bookings@example.com>")
    }
    logLevel = Logger.Level(rawValue: settings.value("LOG_LEVEL") ?? "info") ?? .info
    if let level = settings.value("LOG_LEVEL"), Logger.Level(rawValue: level) == nil {
      settings.mistake("LOG_LEVEL", "must be trace, debug, info, notice, warning, error or critical")
    }
    let format = settings.value("LOG_FORMAT") ?? LogFormat.fitting(descriptor: STDERR_FILENO).rawValue
    logFormat = LogFormat(rawValue: format) ?? .json
    if LogFormat(rawValue: format) == nil { settings.mistake("LOG_FORMAT", "must be json or text") }
    self.testClock = testClock
    if !settings.mistakes.isEmpty { throw SettingsError(mistakes: settings.mistakes) }
  }

  /// Cookies carry `Secure` unless people reach us over plain HTTP, which is for this machine only.
  package var cookiesAreSecure: Bool { publicURL.hasPrefix("https:") }

  package var publicHost: String { URL(string: publicURL)?.host ?? "localhost" }
}
