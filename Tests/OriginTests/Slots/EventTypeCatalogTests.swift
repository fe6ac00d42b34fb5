import Logging
import NIOPosix
import Postgres
import Scheduling
import ServiceLifecycle
import Testing

@testable import Origin

@Suite struct EventTypeCatalogTests {
  @Test
  func `what another process changes is listed here within two seconds, however often it was asked for`()
    async throws
  {
    try await TestOrigin.run { origin in
      let ana = try await origin.signUp()
      let type = try await origin.alwaysOpen("consultation", of: ana)
      try await withOther(origin) { other in
        // Long enough to be kept for long there.
        for _ in 0..<15 {
          #expect(try await other.catalog.eventType(.id(type))?.type.length == 60)
          try await Task.sleep(for: .milliseconds(100))
        }
        let changed = try await origin.patch("/v2/event-types/\(type)", #"{"lengthInMinutes":30}"#, as: ana)
        #expect(changed.status == 200)
        let end = ContinuousClock.now + .seconds(2)
        var length: Int?
        repeat {
          length = try await other.catalog.eventType(.id(type))?.type.length
          try await Task.sleep(for: .milliseconds(20))
        } while length != 30 && .now < end
        #expect(length == 30)
      }
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `an entry is kept for longer than a second only while news arrive`() async throws {
    try await TestOrigin.run { origin in
      let ana = try await origin.signUp()
      let type = try await origin.alwaysOpen("consultation", of: ana)
      let catalog = origin.parts.catalog
      func read() async throws -> ObjectIdentifier? {
        try await catalog.eventType(.id(type)).map(ObjectIdentifier.init)
      }
      // Until its own word came back.
      while !catalog.isHearing {
        _ = try await read()
        try await Task.sleep(for: .milliseconds(50))
      }
      let kept = try #require(try await catalog.eventType(.id(type)))
      for _ in 0..<24 {
        try await Task.sleep(for: .milliseconds(50))
        #expect(try await read() == ObjectIdentifier(kept))
      }

      let deaf = EventTypeCatalog(store: EventTypeCatalogStore(origin.postgres))
      let first = try #require(try await deaf.eventType(.id(type)))
      try await Task.sleep(for: .milliseconds(1100))
      let second = try #require(try await deaf.eventType(.id(type)))
      #expect(first !== second)
    }
  }

  /// A second process on the same database.
  private func withOther(_ origin: TestOrigin, _ body: (Dependencies) async throws -> Void) async throws {
    let parts = try Dependencies(
      origin.parts.configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: origin.parts.logger)
    let services = parts.services.map { service in Task { try await service.run() } }
    defer { services.forEach { $0.cancel() } }
    try await body(parts)
    await parts.postgres.shutdown()
  }
}
