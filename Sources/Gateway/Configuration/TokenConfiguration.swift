/// How access tokens are checked.
package struct TokenConfiguration: Sendable, Equatable {
  package var issuer: String
  package var audience: String
  /// How far the clocks of issuer and gateway may be apart.
  package var leewaySeconds = 30
  /// The place in `upstreams` that serves the key set.
  package var keySetUpstream: Int
  /// The path of the key set there.
  package var keySetPath: String
  /// The key set itself, where it was read from a file; then no upstream is asked.
  package var keySet: [UInt8]?
  /// How often it is fetched again.
  package var refreshSeconds = 300
  /// The least time between two fetches, whatever asks for one.
  package var refreshFloorSeconds = 10
  /// Verified tokens remembered by each event loop.
  package var remembered = 8_192
  /// Wrong tokens remembered by each event loop.
  package var rememberedWrong = 1_024
  /// The cookie that holds a token where there is no Authorization field; nil for none.
  package var cookie: String?
  /// From whose pages the cookie may come with more than reading, such as `https://book.example`; empty for the
  /// host that is asked.
  package var origins: [String] = []
  /// How many tokens of one client may turn out to be wrong; nil for as many as he likes.
  package var failures: RateLimitConfiguration.Window? = .init(
    policy: "token failures", requests: 60, perSeconds: 60, burst: 60)

  package init(issuer: String, audience: String, keySetUpstream: Int, keySetPath: String) {
    self.issuer = issuer
    self.audience = audience
    self.keySetUpstream = keySetUpstream
    self.keySetPath = keySetPath
  }
}
