import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Removes what is over and only takes room: reservations, answers kept for requests that named themselves, codes by mail,
/// what bookings remember of event types that are gone, the delivery logs of webhooks that are gone, edge events that
/// nobody can ask for any more. All of it counts as gone before it is removed, so nothing waits for this.
struct Housekeeping: Service {
  let postgres: PostgresClient
  let clock: OriginClock
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: .seconds(60))) != nil {
        do {
          try await sweep()
        } catch {
          logger.warning("what is over could not be removed", metadata: ["error": "\(error)"])
        }
      }
    }
  }

  func sweep() async throws {
    try await SlotReservationStore(postgres: postgres).sweep(now: clock.now)
    try await IdempotencyKey.sweep(now: clock.now, on: postgres)
    try await EmailCodeStore(postgres).sweep(now: clock.now)
    try await GoneEventTypeStore(postgres).sweep()
    try await GoneWebhookStore(postgres).sweep()
    // Tokens and what revokes them go by the real clock.
    try await EdgeEventStore(postgres).sweep(now: Date())
  }
}
