import Foundation
import HTTPTypes
import Hummingbird
import JSON
import JWT
import Logging
import NIOCore
import NIOPosix
import Postgres
import Redis
import Scheduling
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Origin

/// The public API of origin over a database and a Redis of its own, asked without sockets in between.
struct TestOrigin: Sendable {
  let parts: Dependencies
  let responder: OriginResponder

  var clock: OriginClock { parts.clock }
  var postgres: PostgresClient { parts.postgres }

  /// Runs a test against a fresh origin; with `now` its clock stands still there.
  static func run<R: Sendable>(
    now: String? = nil, settings: [String: String] = [:], _ body: (TestOrigin) async throws -> R
  ) async throws -> R {
    try await turnstile.pass { try await runNow(now: now, settings: settings, body) }
  }

  /// Each may take nine connections of the 200 that there are.
  private static let turnstile = Turnstile(16)

  /// The same on a Postgres of the test's own, which it may kill.
  static func run<R: Sendable>(
    on server: PrivatePostgres, now: String? = nil, settings: [String: String] = [:],
    _ body: (TestOrigin) async throws -> R
  ) async throws -> R {
    try await Migrations.migrator.apply(to: PostgresConfiguration(url: server.url()))
    return try await runNow(databaseURL: server.url(), now: now, settings: settings, body)
  }

  private static func runNow<R: Sendable>(
    now: String?, settings: [String: String], _ body: (TestOrigin) async throws -> R
  ) async throws -> R {
    try await withDatabase(template: migrated) { databaseURL in
      try await runNow(databaseURL: databaseURL, now: now, settings: settings, body)
    }
  }

  private static func runNow<R: Sendable>(
    databaseURL: String, now: String?, settings: [String: String], _ body: (TestOrigin) async throws -> R
  ) async throws -> R {
    let configuration = try await configuration(
      databaseURL: databaseURL, redisURL: SharedRedis.freshDatabaseURL(), settings: settings)
    let parts = try Dependencies(
      configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quietLogger)
    if let now { parts.clock.hold(try #require(Instant(now)).date) }
    let origin = TestOrigin(parts: parts, responder: try PublicApp.responder(parts))
    let services = parts.services.map { service in Task { try await service.run() } }
    defer { services.forEach { $0.cancel() } }
    let result = try await body(origin)
    await parts.postgres.shutdown()
    return result
  }

  static func configuration(databaseURL: String, redisURL: String, settings: [String: String] = [:]) throws
    -> OriginConfiguration
  {
    try OriginConfiguration(
      settings: Settings(
        environment: [
          "DATABASE_URL": databaseURL, "REDIS_URL": redisURL, "SIGNING_KEY_FILE": try keyFile.get(),
          "SERVICE_TOKEN": "a-service-token-for-tests", "SMTP_URL": "file:///tmp/daybook-unused-mail",
          "DATABASE_POOL": "4",
        ].merging(settings) { $1 }))
  }

  private static let migrated = DatabaseTemplate("origin") { url in
    try await Migrations.migrator.apply(to: PostgresConfiguration(url: url))
  }

  private static let keyFile = Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "daybook-test-key-\(getpid()).pem").path
    try SigningKeySet.newFile().write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  private static var quietLogger: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }
}

/// One Redis for all tests of the process, a numbered database of it for each.
private enum SharedRedis {
  private static let server = Task { try await PrivateRedis.started(settings: ["--databases", "4096"]) }
  private static let last = Atomic<Int>(0)

  static func freshDatabaseURL() async throws -> String {
    let number = last.wrappingAdd(1, ordering: .relaxed).newValue
    return try await "\(server.value.url)?db=\(number)"
  }
}
