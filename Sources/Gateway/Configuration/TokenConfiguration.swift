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
  /// How often it is fetched again.
  package var refreshSeconds = 300
  /// The least time between two fetches, whatever asks for one.
  package var refreshFloorSeconds = 10
  /// Verified tokens remembered by each event loop.
  package var remembered = 8_192

  package init(issuer: String, audience: String, keySetUpstream: Int, keySetPath: String) {
    self.issuer = issuer
    self.audience = audience
    self.keySetUpstream = keySetUpstream
    self.keySetPath = keySetPath
  }
}
