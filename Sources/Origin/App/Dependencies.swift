import Foundation
import Jobs
import JWT
import Logging
import NIOCore
import Postgres
import Redis
import Secrets
import ServiceLifecycle
import Telemetry

/// All long-lived parts of one origin process, built once and handed to whoever needs them.
struct Dependencies: Sendable {
  let configuration: OriginConfiguration
  let logger: Logger
  let clock: OriginClock
  let registry: MetricsRegistry
  let observer: OriginObserver
  let postgres: PostgresClient
  let redis: RedisClient
  let revoked: RevokedSessions
  let apiKeys: APIKeyCache
  let catalog: EventTypeCatalog
  let feed: AvailabilityFeed
  let edge: EdgeEventFeed
  let passwords: PasswordHasher
  let signingKeys: SigningKeySet
  let secrets: SecretBox

  init(
    _ configuration: OriginConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger
  ) throws {
    self.configuration = configuration
    self.logger = logger
    clock = OriginClock()
    registry = MetricsRegistry()
    registry.declareProcessMetrics()
    observer = OriginObserver(registry: registry)
    let databaseLog = DatabaseLog(registry: registry, logger: logger)
    postgres = PostgresClient(
      configuration: PostgresConfiguration(
        url: configuration.databaseURL, connections: configuration.databasePool,
        transactionConnections: configuration.databasePool),
      observer: databaseLog.observe)
    let sessionLog = SessionStoreLog(registry: registry, logger: logger)
    redis = RedisClient(
      configuration: try RedisConfiguration(url: configuration.redisURL), eventLoopGroup: eventLoopGroup,
      observer: sessionLog.observe)
    revoked = RevokedSessions(postgres: postgres, logger: logger)
    apiKeys = APIKeyCache(APIKeyStore(postgres))
    catalog = EventTypeCatalog(store: EventTypeCatalogStore(postgres))
    feed = AvailabilityFeed(postgres: postgres, catalog: catalog)
    edge = EdgeEventFeed(postgres: postgres)
    passwords = PasswordHasher()
    signingKeys = try SigningKeySet(
      pem: String(contentsOfFile: configuration.signingKeyFile, encoding: .utf8))
    secrets = try SecretBox(keyFile: configuration.secretsKeyFile)
  }

  /// What runs beneath every listener and worker, in the order in which it starts.
  var services: [any Service] {
    let clockServices: [any Service] =
      configuration.testClock ? [TestClockFollower(redis: redis, clock: clock, logger: logger)] : []
    let housekeeping = Housekeeping(postgres: postgres, clock: clock, logger: logger)
    return [postgres, redis, revoked, feed, edge, housekeeping] + clockServices
  }

  var verifier: TokenVerifier {
    TokenVerifier(
      keys: signingKeys.verificationKeys, issuer: AccessToken.issuer, audience: AccessToken.audience)
  }

  var bookingService: BookingService {
    BookingService(
      postgres: postgres, finder: finder, bookings: BookingStore(postgres), teams: TeamStore(postgres),
      jobs: JobStore(postgres), feed: feed, clock: clock, publicHost: configuration.publicHost)
  }

  var finder: SlotFinder { SlotFinder(postgres: postgres, catalog: catalog, clock: clock) }
}
