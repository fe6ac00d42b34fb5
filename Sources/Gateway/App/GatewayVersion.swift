/// What runs here.
package enum GatewayVersion {
  package static let number = "0.3.0"

  /// The compiler that built it.
  package static var compiler: String {
    #if swift(>=6.4)
      "6.4 or newer"
    #elseif swift(>=6.3)
      "6.3"
    #else
      "older than 6.3"
    #endif
  }
}
