/// Which pages of other origins may read the answers of a route, in a browser (the CORS protocol of the Fetch
/// standard).
package struct CrossOriginConfiguration: Sendable, Equatable {
  package enum Origin: Sendable, Equatable {
    /// `*`
    case any
    /// An origin as browsers write it, or `null`.
    case exact(String)
    /// `https://*.example.com`: every name below, not the name itself.
    case below(scheme: String, suffix: String)
  }

  package var name: String
  package var origins: [Origin]
  /// What a preflight is told; empty stands for the methods of the route.
  package var methods: [String] = []
  /// Fields that scripts may send beyond those that need no asking.
  package var headers: [String] = []
  /// Fields that scripts may read beyond those that need no asking.
  package var exposed: [String] = []
  /// Whether cookies go along.
  package var allowsCredentials = false
  /// How long a browser may remember a preflight.
  package var maximumAgeSeconds = 600

  package init(name: String, origins: [Origin]) {
    self.name = name
    self.origins = origins
  }
}
