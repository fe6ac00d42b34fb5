import Hummingbird
import HTTPTypes
import JWT
import Jobs
import Logging
import NIOCore

/// The public API: what the gateway forwards to.
enum PublicApp {
  static func build(_ parts: Dependencies, eventLoopGroup: any EventLoopGroup) throws
    -> some ApplicationProtocol
  {
    let address = parts.configuration.listen
    let responder = try responder(parts)
    return Application(
      responder: responder, server: .wire(responder),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port), serverName: nil, backlog: 1024),
      eventLoopGroupProvider: .shared(eventLoopGroup), logger: parts.logger)
  }

  static func responder(_ parts: Dependencies) throws -> OriginResponder {
    OriginResponder(try router(parts).buildResponder())
  }

  /// Everything that can be asked for, controller by controller.
  static func router(_ parts: Dependencies) throws -> Router<OriginContext> {
    let router = Router(context: OriginContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ObservationMiddleware(observer: parts.observer))
    router.add(middleware: ProblemMiddleware())
    router.add(middleware: VersionMiddleware())
    router.add(
      middleware: AuthenticationMiddleware(
        verifier: parts.verifier, revoked: parts.revoked, keys: parts.apiKeys))
    let accounts = AccountStore(parts.postgres)
    let clock = parts.clock
    AuthController(
      accounts: accounts, sessions: SessionStore(parts.redis), revoked: parts.revoked,
      passwords: parts.passwords, signer: TokenSigner(keys: parts.signingKeys),
      cookie: RefreshCookie(isSecure: parts.configuration.cookiesAreSecure)
    ).addRoutes(to: router)
    MeController(accounts: accounts, feed: parts.feed, clock: clock).addRoutes(to: router)
    ScheduleController(schedules: ScheduleStore(parts.postgres), feed: parts.feed, clock: clock)
      .addRoutes(to: router)
    EventTypeController(
      eventTypes: EventTypeStore(parts.postgres), teams: TeamStore(parts.postgres), feed: parts.feed,
      edge: parts.edge, clock: clock
    ).addRoutes(to: router)
    SlotController(
      finder: parts.finder, feed: parts.feed, cachesAnswers: !parts.configuration.testClock
    ).addRoutes(to: router)
    SlotReservationController(
      service: SlotReservationService(
        postgres: parts.postgres, finder: parts.finder, teams: TeamStore(parts.postgres), feed: parts.feed,
        clock: clock),
      store: SlotReservationStore(postgres: parts.postgres),
      cookie: ReservationCookie(isSecure: parts.configuration.cookiesAreSecure), clock: clock
    ).addRoutes(to: router)
    BookingController(
      service: parts.bookingService, lists: BookingListStore(parts.postgres), clock: clock,
      publicURL: parts.configuration.publicURL
    ).addRoutes(to: router)
    EmailCodeController(
      codes: EmailCodeStore(parts.postgres), accounts: accounts, secrets: parts.secrets,
      jobs: JobStore(parts.postgres),
      clock: clock
    ).addRoutes(to: router)
    APIKeyController(keys: APIKeyStore(parts.postgres), cache: parts.apiKeys).addRoutes(to: router)
    addTeams(parts, to: router)
    addBusinesses(parts, to: router)
    addWebhooks(parts, to: router)
    addAbsences(parts, to: router)
    OpenAPIController(document: try OpenAPIDocument(publicURL: parts.configuration.publicURL))
      .addRoutes(to: router)
    try addKeySet(parts.signingKeys, to: router)
    return router
  }

  private static func addTeams(_ parts: Dependencies, to router: Router<OriginContext>) {
    let teams = TeamStore(parts.postgres)
    TeamController(teams: teams, feed: parts.feed, clock: parts.clock).addRoutes(to: router)
    MembershipController(
      teams: teams, memberships: MembershipStore(parts.postgres), feed: parts.feed, clock: parts.clock
    ).addRoutes(to: router)
    OpeningHoursController(
      openingHours: OpeningHoursStore(parts.postgres), teams: teams, feed: parts.feed, clock: parts.clock
    ).addRoutes(to: router)
  }

  private static func addBusinesses(_ parts: Dependencies, to router: Router<OriginContext>) {
    let teams = TeamStore(parts.postgres)
    ResourceController(
      resources: ResourceStore(parts.postgres), teams: teams, feed: parts.feed, edge: parts.edge,
      clock: parts.clock
    ).addRoutes(to: router)
    CustomerController(
      customers: CustomerStore(parts.postgres), history: CustomerHistoryStore(parts.postgres), teams: teams,
      clock: parts.clock
    ).addRoutes(to: router)
  }

  private static func addWebhooks(_ parts: Dependencies, to router: Router<OriginContext>) {
    WebhookController(
      webhooks: WebhookStore(parts.postgres), deliveries: WebhookDeliveryStore(parts.postgres),
      teams: TeamStore(parts.postgres), secrets: parts.secrets,
      allowsPrivate: parts.configuration.webhookAllowPrivate, clock: parts.clock
    ).addRoutes(to: router)
  }

  private static func addAbsences(_ parts: Dependencies, to router: Router<OriginContext>) {
    OutOfOfficeController(
      absences: OutOfOfficeStore(parts.postgres), teams: TeamStore(parts.postgres), feed: parts.feed,
      clock: parts.clock
    ).addRoutes(to: router)
    OwnBusyTimeController(busyTimes: OwnBusyTimeStore(parts.postgres), feed: parts.feed, clock: parts.clock)
      .addRoutes(to: router)
    TravelController(schedules: ScheduleStore(parts.postgres), feed: parts.feed, clock: parts.clock)
      .addRoutes(to: router)
  }

  /// The public keys, for the gateway and anyone else (RFC 7517).
  private static func addKeySet(_ keys: SigningKeySet, to router: Router<OriginContext>) throws {
    let document = try keys.jwks()
    router.get("/.well-known/jwks.json") { _, _ in
      Response(json: document, headers: [.cacheControl: "public, max-age=300"])
    }
  }
}
