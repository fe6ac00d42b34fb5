/// Where the gateway hears at once what stored answers and tokens do not count any more.
package struct EdgeEventsConfiguration: Sendable, Equatable {
  /// The place in `upstreams`; no route can name it.
  package var upstream: Int
  package var path = "/internal/edge-events"
  /// What is shown there.
  package var token: String
  /// How many ended sessions are remembered.
  package var revoked = 65_536
  /// How long readiness waits for the first word.
  package var waitMilliseconds = 5_000

  package init(upstream: Int, token: String) {
    self.upstream = upstream
    self.token = token
  }
}
