/// What makes two requests the same stream: where they go, and for what.
struct FanOutKey: Hashable, Sendable {
  let upstream: String
  /// Path and query as they are sent.
  let target: String
}
