import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Problem
import ServiceLifecycle

/// Edge events for gateways, and the means of operators to cause some.
struct EdgeEventController: Sendable {
  let feed: EdgeEventFeed
  let revoked: RevokedSessions
  let sessions: SessionStore
  let logger: Logger

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    router.get("edge-events", use: stream)
    router.post("purges", use: purge)
    router.post("revocations", use: revoke)
  }

  // MARK: The stream

  /// Server-sent events. With a `Last-Event-ID` that can be gone on from, all that was missed, then `ready`; otherwise
  /// `reset`, the revocations that still matter, and `ready`. An event without an id leaves the position where it was.
  @Sendable private func stream(_ request: Request, context: OriginContext) async throws -> Response {
    let position = request.headers[.lastEventID].flatMap(EdgePosition.init)
    let wakes = feed.wakes()
    // Before the head: who cannot read the database must not look like a stream.
    let start = try await start(after: position)
    let reader = EdgeEventReader(store: feed.store, position: start.position, logger: logger)
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        var reader = reader
        try await writer.write(ByteBuffer(bytes: start.bytes))
        // Until the process is told to stop, the gateway has gone, or there is no telling what was missed.
        for await _ in wakes.cancelOnGracefulShutdown() {
          guard let bytes = await reader.next() else { break }
          if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
        }
        try await writer.finish(nil)
      })
  }

  private func start(after position: EdgePosition?) async throws -> (bytes: [UInt8], position: EdgePosition) {
    let now = Date()
    if let position, let missed = try await feed.store.events(since: position, now: now) {
      return (EdgeEventReader.block(missed.events, then: "ready", at: missed.position), missed.position)
    }
    let beginning = try await feed.store.beginning(now: now)
    let reset = Array("event: reset\ndata: {}\n\n".utf8)
    return (
      reset + EdgeEventReader.block(beginning.events, then: "ready", at: beginning.position),
      beginning.position
    )
  }

  // MARK: For operators

  /// `{"tags":["host:7"],"paths":["/v2/slots"]}`: every gateway forgets what it has stored of these.
  @Sendable private func purge(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let tags = input.texts("tags", max: 100, 1...200) ?? []
    let paths = input.texts("paths", max: 100, 1...2000) ?? []
    if tags.isEmpty, paths.isEmpty { input.mistake("tags", "or paths must name something") }
    try input.check()
    try await feed.store.purge(tags: tags, paths: paths)
    return .success(headers: [.cachePurgeTags: tags.joined(separator: ", ")])
  }

  /// `{"userId":7}`: ends every session of a user, and all tokens issued until now.
  @Sendable private func revoke(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let userID = input.int("userId", 1...Int.max)
    try input.check()
    guard try await revoked.revokeAll(of: userID, issuedBy: Date()) else { throw Problem.notFound("user") }
    try await sessions.endAll(of: userID)
    return .success()
  }
}
